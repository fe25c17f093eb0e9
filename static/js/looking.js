/** Whether somebody looks: at this page, or at any page of Beseda in this browser. */

const LOCK = "looking";

/** Ends the lock that says: somebody looks here. */
let leave = () => {};

/** @returns {boolean} whether this page is seen and has the keyboard */
export function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** @returns {Promise<boolean>} whether some page of this browser does */
export async function isLookingAnywhere() {
  if (isLooking() || !navigator.locks) return isLooking();
  const { held = [] } = await navigator.locks.query();
  return held.some((lock) => lock.name === LOCK);
}

/** Let the other pages know when somebody looks at this one. */
function watch() {
  leave();
  leave = () => {};
  if (!isLooking()) return;
  const until = new Promise((resolve) => (leave = () => resolve(undefined)));
  navigator.locks?.request(LOCK, { mode: "shared" }, () => until);
}

for (const name of ["focus", "blur", "pageshow"]) addEventListener(name, watch);
document.addEventListener("visibilitychange", watch);
watch();
