// A day in French words, in Paris: « mardi 1er décembre 2026 », where browsers write « 1 décembre ».

export function frenchDay(instant, how) {
  return new Date(instant).toLocaleDateString("fr-FR", { timeZone: "Europe/Paris", ...how }).replace(/\b1 /, "1er ");
}
