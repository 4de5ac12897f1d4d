// A hand scanner is a keyboard that types a badge's whole token, with or without Enter or Tab after it: it is heard
// wherever the focus is, and what it typed on its way is taken out of the field where it fell. However slowly the keys
// come, nothing else that is typed ends like a token.

import { TOKEN_LENGTH, tokenIn } from "./desk_code.js";

// Between a badge and the key that ends it, as they were pressed: a phone that reads its camera hears keys late.
const AFTER = 300;

// What a key is about to change, to be put back.
function written(field) {
  const { value } = field;
  return () => field.matches?.("input:not([type=file]), textarea, select") && Object.assign(field, { value });
}

export function onHandScanner(onToken) {
  let keys = [];
  let ended = -Infinity;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" || event.key === "Tab") {
        if (event.timeStamp - ended < AFTER) event.preventDefault();
        ended = -Infinity;
        return;
      }
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.repeat) return;
      keys = [...keys, { key: event.key, putBack: written(event.target) }].slice(-TOKEN_LENGTH);
      const token = tokenIn(keys.map((one) => one.key).join(""));
      if (!token) return;
      event.preventDefault();
      keys[0].putBack();
      keys = [];
      ended = event.timeStamp;
      onToken(token);
    },
    true,
  );
}
