// A hand scanner is a keyboard that types a badge's whole token in a burst, with or without Enter or Tab after it:
// it is heard wherever the focus is, and what it typed on its way is taken out of the field where it fell.

import { TOKEN_LENGTH, tokenIn } from "./desk_code.js";

// Between two keys of one badge: Bluetooth is slow.
const PAUSE = 500;
// Between a badge and the key that ends it.
const AFTER = 300;

// What a key is about to change, to be put back.
function written(field) {
  const { value } = field;
  return () => field.matches?.("input:not([type=file]), textarea, select") && Object.assign(field, { value });
}

export function onHandScanner(onToken) {
  let keys = [];
  let last = 0;
  let ended = -Infinity;
  document.addEventListener(
    "keydown",
    (event) => {
      const now = performance.now();
      if (event.key === "Enter" || event.key === "Tab") {
        if (now - ended < AFTER) event.preventDefault();
        ended = -Infinity;
        return;
      }
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.repeat) return;
      if (now - last > PAUSE) keys = [];
      last = now;
      keys = [...keys, { key: event.key, putBack: written(event.target) }].slice(-TOKEN_LENGTH);
      const token = tokenIn(keys.map((one) => one.key).join(""));
      if (!token) return;
      event.preventDefault();
      keys[0].putBack();
      keys = [];
      ended = now;
      onToken(token);
    },
    true,
  );
}
