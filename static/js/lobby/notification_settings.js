/** Whether this browser notifies of messages that come while nobody looks at a page. */

import { getPreference } from "../lib/preferences.js";

/** @returns {boolean} whether this browser can do all of it; plain http outside this machine cannot */
export function isSupported() {
  return "Notification" in window && "locks" in navigator;
}

/** @returns {boolean} whether messages are shown by the system */
export function isNotifying() {
  return getPreference("notify") === "on" && Notification.permission === "granted";
}

/** @returns {boolean} whether there is a sound */
export function isSounding() {
  return getPreference("sound") === "on";
}

/** @returns {boolean} whether there is either */
export function isEnabled() {
  return isNotifying() || isSounding();
}
