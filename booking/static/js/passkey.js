// Passkeys: asks the server what to sign, lets the device sign it, and sends its answer as any form is sent.

const RENEW_MS = 240_000; // what is to be signed is good for 5 minutes
const SIGNED = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

// The browser's own suggestion, under way; it gives way to a button.
let suggesting = null;

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

function textOf(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function ask(form) {
  const token = form.elements._csrf.value;
  const answer = await fetch(form.dataset.passkey, { method: "POST", headers: { "X-CSRF-Token": token } });
  if (answer.redirected) {
    // Something is to be proved first: the form is sent as it is, and comes back with what was typed.
    form.submit();
    return new Promise(() => {});
  }
  if (!answer.ok) throw new Error(answer.statusText);
  const asked = await answer.json();
  const known = (list) => list?.map((one) => ({ ...one, id: bytesOf(one.id) }));
  return {
    ...asked,
    challenge: bytesOf(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: bytesOf(asked.user.id) } }),
    ...(asked.excludeCredentials && { excludeCredentials: known(asked.excludeCredentials) }),
    ...(asked.allowCredentials && { allowCredentials: known(asked.allowCredentials) }),
  };
}

function told({ id, rawId, type, response }) {
  const signed = SIGNED.filter((part) => response[part]).map((part) => [part, textOf(response[part])]);
  return JSON.stringify({ id, rawId: textOf(rawId), type, response: Object.fromEntries(signed) });
}

async function answer(form, how = {}) {
  const publicKey = await ask(form);
  const made = publicKey.user
    ? await navigator.credentials.create({ publicKey, ...how })
    : await navigator.credentials.get({ publicKey, ...how });
  form.elements.answer.value = told(made);
  form.submit();
}

async function press(form) {
  const said = form.querySelector("[role=alert]");
  const unsaid = (said.dataset.unsaid ??= said.textContent);
  said.hidden = true;
  form.dataset.sent = "yes";
  suggesting?.abort();
  suggesting = null;
  try {
    await answer(form);
  } catch (error) {
    delete form.dataset.sent;
    said.textContent = error.name === "InvalidStateError" ? said.dataset.known : unsaid;
    said.hidden = false;
    suggest(form);
  }
}

// Where the browser can, it offers its passkeys as the address is filled in, for as long as the page is open.
async function suggest(form) {
  if (!("suggest" in form.dataset) || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  for (;;) {
    if (document.hidden) {
      await new Promise((seen) => document.addEventListener("visibilitychange", seen, { once: true }));
      continue;
    }
    const own = (suggesting = new AbortController());
    const renewal = setTimeout(() => own.abort(), RENEW_MS);
    try {
      return await answer(form, { mediation: "conditional", signal: own.signal });
    } catch {
      if (suggesting !== own || !own.signal.aborted) return;
    } finally {
      clearTimeout(renewal);
    }
  }
}

if (window.PublicKeyCredential) {
  for (const without of document.querySelectorAll("[data-without-passkeys]")) without.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!form.dataset.sent) press(form);
    });
    suggest(form);
  }
}
