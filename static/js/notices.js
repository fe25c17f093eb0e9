/** Whether this browser tells of messages that come while nobody looks; how it does is loaded then. */

import { isLooking } from "./looking.js";
import { chosen } from "./storage.js";

/** @returns {boolean} whether this browser can do all of it; plain http outside this machine cannot */
export function isPossible() {
  return "Notification" in window && "locks" in navigator;
}

/** @returns {boolean} whether messages are to be shown by the system */
export function isShowing() {
  return chosen("notify") === "on" && Notification.permission === "granted";
}

/** @returns {boolean} whether there is to be a sound */
export function isSounding() {
  return chosen("sound") === "on";
}

/** Play the sound; it is fetched when it is needed. */
export async function ring() {
  const { chime } = await import("./chime.js");
  await chime();
}

/** @param {import("./rooms.js").Rooms} rooms */
export function tellOfNews(rooms) {
  rooms.addEventListener("news", async (event) => {
    const { room, number } = /** @type {CustomEvent} */ (event).detail;
    if (!isPossible() || isLooking() || room.is_muted || !(isShowing() || isSounding())) return;
    const notices = await import("./notify.js").catch(() => null);
    notices?.heard(room, number);
  });
}
