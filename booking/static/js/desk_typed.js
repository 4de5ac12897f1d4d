// What is typed in a form of the desk and could not leave: counts and notes, which name nobody. It goes with the tab,
// when it is sent, and when its host signs out.

const KEY = "technilab-desk-typed ";
const keyOf = (form) => KEY + new URL(form.action).pathname;

export function keep(form) {
  if (!("kept" in form.dataset)) return;
  const typed = [...new FormData(form)].filter(([name]) => form.elements[name].type !== "hidden");
  sessionStorage.setItem(keyOf(form), JSON.stringify(typed));
}

// The fields that still stand in the form: a group may have gone meanwhile.
export function keptOf(form) {
  return JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "[]").filter(([name]) => name in form.elements);
}

export const forget = (form) => sessionStorage.removeItem(keyOf(form));

export function forgetAll() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEY)) sessionStorage.removeItem(key);
}
