// This phone's clock beside the server's: minutes or days off, it dates no scan. What is told here is the true hour, as
// far as this phone knows it.

// A few seconds are nobody's fault; how long an answer took is not known better than by half.
const NEAR = 2000;
// What was measured longer ago is measured again before it dates a scan.
const FRESH = 30_000;

let skew = 0;
let known = false;
let measured_at = -Infinity;
let doubt = null;
let onChange = () => {};

export const now = () => Date.now() + skew;
export const isKnown = () => known;
export const isFresh = () => performance.now() - measured_at < FRESH;

// The hour that this phone's own clock shows, or showed, at a true one.
export const shownAt = (instant) => instant - skew;

// What a desk that opens without network knows: how far the clock was off, and what it showed then.
export const kept = () => ({ skew, shown: Date.now() });

export function restore(told) {
  // Set back since, for want of battery: it may be any hour.
  if (!told || Date.now() < told.shown - NEAR) return;
  ({ skew } = told);
  known = true;
}

// Without network, or asleep, a phone may have been set to another hour: it often is just as its network returns.
export function measureAgain() {
  measured_at = -Infinity;
}

export function watch(listener) {
  onChange = listener;
}

// The server's hour, asked for at `asked` by this clock. A first measure is believed; a change is, once seen twice.
// False: seen once.
export function learn(told, asked) {
  const heard = Date.now();
  const near = NEAR + (heard - asked) / 2;
  const measured = told - (heard + asked) / 2;
  if (!(near >= NEAR && Number.isFinite(measured))) return true;
  if (known && Math.abs(measured - skew) <= near) {
    measured_at = performance.now();
    doubt = null;
    return true;
  }
  if (known && (doubt === null || Math.abs(measured - doubt) > near)) {
    doubt = measured;
    return false;
  }
  skew = Math.abs(measured) > near ? measured : 0;
  measured_at = performance.now();
  known = true;
  doubt = null;
  onChange();
  return true;
}

// Every answer of the server's says its hour, to the second.
export function heard(answer, asked) {
  return learn(Date.parse(answer.headers.get("Date")) + 500, asked);
}
