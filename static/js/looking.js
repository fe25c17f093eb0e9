/** Whether somebody looks at this page, for itself and for the other pages of this browser. */

/** Held while somebody looks. */
export const LOCK = "looking";

/** Ends the lock that says: somebody looks here. */
let leave = () => {};

/** @returns {boolean} whether this page is seen and has the keyboard */
export function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** @param {() => void} act when somebody may have begun or ceased to look */
export function onLooking(act) {
  for (const name of ["focus", "blur", "pageshow"]) addEventListener(name, act);
  document.addEventListener("visibilitychange", act);
}

/** Let the other pages know when somebody looks at this one. */
function watch() {
  leave();
  leave = () => {};
  if (!isLooking()) return;
  const until = new Promise((resolve) => (leave = () => resolve(undefined)));
  navigator.locks?.request(LOCK, { mode: "shared" }, () => until);
}

onLooking(watch);
watch();
