// What a badge says: its token, read by a camera or a hand scanner, and its short code, typed. Both as
// booking/visits/badge_codes/rules.py defines them.

const ALPHABET = "23456789CDFGHJKMNPQRTWX";
const SEPARATORS = /[\s\u00a0\u202f\u2010-\u2013\u2212-]/g;
const LENGTH = 6;

export function plainCode(text) {
  return text.replace(SEPARATORS, "").toUpperCase();
}

export function isCode(text) {
  if (text.length !== LENGTH) return false;
  const values = [...text].map((character) => ALPHABET.indexOf(character));
  return !values.includes(-1) && values.reduce((sum, value, place) => sum + value * (LENGTH - place), 0) % ALPHABET.length === 0;
}

const TOKEN = /B1\.[A-Z2-7]{26}$/;
export const TOKEN_LENGTH = 29;
// A scanner set to an American keyboard on a computer set to a French one: each key gives its French neighbour, and
// nothing else begins like this.
const FRENCH_KEYS = /B[1&][:/][A-LN-Z2-7?,É"'(\-È]{26}$/;
const MEANT = { "&": "1", É: "2", '"': "3", "'": "4", "(": "5", "-": "6", È: "7", ":": ".", "/": "." };
Object.assign(MEANT, { A: "Q", Q: "A", W: "Z", Z: "W", "?": "M", ",": "M" });

// The token with which a text ends, whatever the case and the keyboard; null where there is none.
export function tokenIn(text) {
  const shown = text.trim().toUpperCase();
  const [french] = shown.match(FRENCH_KEYS) ?? [];
  const meant = french ? [...french].map((key) => MEANT[key] ?? key).join("") : shown;
  return meant.match(TOKEN)?.[0] ?? null;
}
