// The short code of a badge, as booking/badge_codes/rules.py defines it: five characters and one that checks them.

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
