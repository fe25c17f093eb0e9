/** Whether somebody looks at this page, for itself and by a lock for the other pages of this browser. */

/** The name of the lock that is held while a page of this browser has the focus. */
export const FOCUS_LOCK = "page-focused";

let release = () => {};

/** @returns {boolean} whether this page is seen and has the keyboard */
export function isPageFocused() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/** @param {() => void} act when somebody may have begun or ceased to look at it */
export function onPageFocusChange(act) {
  for (const name of ["focus", "blur", "pageshow"]) addEventListener(name, act);
  document.addEventListener("visibilitychange", act);
}

/** Let the other pages know when somebody looks at this one. */
function updateLock() {
  release();
  release = () => {};
  if (!isPageFocused()) return;
  const until = new Promise((resolve) => (release = () => resolve(undefined)));
  navigator.locks?.request(FOCUS_LOCK, { mode: "shared" }, () => until);
}

onPageFocusChange(updateLock);
updateLock();
