// Sealing under a badge: what is written here is read again by whoever holds the badge, and by nobody else.

const INFO = new TextEncoder().encode("technilab roster 1");
// Lines of one length: it would tell the number's.
const LENGTH = 160;
const to = new TextEncoder();
const from = new TextDecoder();

// Pages without https (but localhost) have no subtle crypto: such a phone keeps no roster.
export const canSeal = Boolean(globalThis.crypto?.subtle);

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
export const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

export async function locate(token) {
  const hash = await crypto.subtle.digest("SHA-256", to.encode(token));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function plainKey(bytes) {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function keyOfBadge(token, slot) {
  const secret = await crypto.subtle.importKey("raw", to.encode(token), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: to.encode(String(slot)), info: INFO };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
}

export async function seal(key, told) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, to.encode(JSON.stringify(told).padEnd(LENGTH)));
  return { iv, box };
}

// Raises when the key is not the one it was sealed under.
export async function unseal(key, { iv, box }) {
  return JSON.parse(from.decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, box)));
}
