/** Tells of messages in all my rooms that come while nobody looks: by the system, by a sound, from one tab only. */

import { get } from "./api.js";
import { isLooking, isLookingAnywhere } from "./looking.js";
import { chosen } from "./storage.js";
import { excerpt, shownName } from "./text.js";

/** In milliseconds: so long no other tab tells of the same, and so rarely there is a sound. */
const HOLD = 60_000;
const REST = 1_000;
const LENGTH = 160;

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

export class Notices {
  /** @type {Set<Notification>} */
  #shown = new Set();
  #rangAt = -Infinity;

  /** @param {import("./rooms.js").Rooms} rooms */
  constructor(rooms) {
    rooms.addEventListener("news", (event) => this.#heard(/** @type {any} */ (event).detail));
    addEventListener("focus", () => this.#close());
  }

  /** Somebody else has said something: `number` is that of the last message. */
  #heard({ room, number }) {
    if (!isPossible() || isLooking() || room.is_muted || !(isShowing() || isSounding())) return;
    const tell = (/** @type {Lock | null} */ lock) => lock && this.#tell(room, number);
    navigator.locks.request(`notice-${room.id}-${number}`, { ifAvailable: true }, tell);
  }

  /** It is this tab's to tell, as long as the promise lasts. */
  async #tell(room, number) {
    if (!(await isLookingAnywhere())) {
      if (isSounding()) this.#ring();
      if (isShowing()) this.#show(room, number).catch(() => {});
    }
    return new Promise((resolve) => setTimeout(resolve, HOLD));
  }

  #ring() {
    if (performance.now() - this.#rangAt < REST) return;
    this.#rangAt = performance.now();
    ring();
  }

  /** Chromium on Android has the class, and throws when it is used outside of a service worker. */
  async #show(room, number) {
    const path = `/api/rooms/${room.id}/messages?after=${number - 1}&limit=1`;
    const answer = await get(path);
    const message = answer.messages[0];
    const author = shownName(message);
    const title = room.partner ? author : `${author} · ${room.name}`;
    const notification = new Notification(title, {
      body: excerpt(message.message, LENGTH),
      lang: document.documentElement.lang,
      // A room has one notification, the latest. The sound is ours to make, or not.
      tag: `room-${room.id}`,
      silent: true,
    });
    notification.addEventListener("click", () => this.#open(room));
    this.#shown.add(notification);
  }

  #open(room) {
    window.focus();
    this.#close();
    const path = `/rooms/${room.id}/`;
    if (location.pathname !== path) location.assign(path);
  }

  #close() {
    for (const notification of this.#shown) notification.close();
    this.#shown.clear();
  }
}
