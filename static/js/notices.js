/** Tells of messages that come while nobody looks: by the system, by a sound, from one tab only. */

import { chime } from "./chime.js";
import { isLooking, isLookingAnywhere } from "./looking.js";
import { part } from "./page.js";
import { chosen } from "./storage.js";
import { excerpt, shownName } from "./text.js";

/** In milliseconds: a burst is told of at once, and by one tab, however late the others hear of it. */
const BURST = 400;
const HOLD = 60_000;
const LENGTH = 160;

/** @returns {boolean} whether this browser can do all of it; plain http outside this machine cannot */
export function isPossible() {
  return "Notification" in window && "locks" in navigator;
}

export class Notices {
  /** @type {import("./types.js").MessageFrame[]} */
  #news = [];
  #timer = 0;
  /** @type {Notification | null} */
  #shown = null;

  /**
   * @param {import("./types.js").RoomData} room kept up to date by others
   * @param {import("./types.js").Say} say
   */
  constructor(room, say) {
    this.room = room;
    this.say = say;
    addEventListener("focus", () => this.#close());
  }

  /** @param {import("./types.js").MessageFrame} frame by somebody else */
  heard(frame) {
    if (!isPossible() || isLooking() || this.room.is_muted) return;
    const name = `notice-${this.room.room_id}-${frame.message_id}`;
    navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && this.#take(frame));
  }

  /** It is this tab's to tell, as long as the promise lasts. */
  async #take(frame) {
    if (!(await isLookingAnywhere())) {
      this.#news.push(frame);
      this.#timer ||= setTimeout(() => this.#tell(), BURST);
    }
    return new Promise((resolve) => setTimeout(resolve, HOLD));
  }

  #tell() {
    this.#timer = 0;
    const news = this.#news.splice(0);
    if (chosen("sound") === "on") chime();
    if (chosen("notify") === "on" && Notification.permission === "granted") this.#show(news);
  }

  #show(news) {
    const last = news[news.length - 1];
    const count = news.length;
    const title = `${shownName(last)} · ${part(document, "h1 bdi").textContent}`;
    const body = excerpt(last.message, LENGTH);
    const more = count > 1 ? `${this.say("news", { count })}\n` : "";
    // The sound is ours to make, or not. The tag: a room has one notification, the latest.
    const options = { body: more + body, tag: `room-${this.room.room_id}`, silent: true };
    this.#shown = notify(title, { ...options, lang: document.documentElement.lang });
    this.#shown?.addEventListener("click", () => this.#open());
  }

  #open() {
    window.focus();
    this.#close();
  }

  #close() {
    this.#shown?.close();
    this.#shown = null;
  }
}

/** Chromium on Android has the class, and throws when it is used outside a service worker. */
function notify(title, options) {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}
