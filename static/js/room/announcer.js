/** Announces messages of others to screen readers: each once, a burst of them in one go. */

import { excerpt, words } from "../lib/excerpt.js";
import { roomStore } from "../lobby/store.js";
import { fullName } from "./ambiguous_names.js";

/** In milliseconds: a burst ends, and somebody has stopped typing. */
const BURST = 800;
const IDLE = 1_200;
/** More messages than these are announced by their number alone. */
const MAX_MESSAGES = 3;
const MAX_LENGTH = 200;

export class Announcer {
  /** @type {import("../lib/types.js").MessageFrame[]} */
  #queue = [];
  #burstTimer = 0;
  #idleTimer = 0;

  /**
   * @param {HTMLElement} region a polite one
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(region, t) {
    this.region = region;
    this.t = t;
  }

  /** @param {any} frame a message by somebody else */
  messageReceived(frame) {
    if (roomStore.blocked.has(frame.user_id)) return;
    this.#queue.push(frame);
    this.#burstTimer ||= setTimeout(() => this.#announceQueue(), BURST);
  }

  /**
   * Announce something about what is being typed, once that stops.
   * @param {string} text
   */
  announceWhenIdle(text) {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#announce([text]), IDLE);
  }

  /** @param {import("../lib/types.js").PendingMessage} message which the server has refused */
  sendFailed({ text, code, failure = "" }) {
    const what = excerpt(text, MAX_LENGTH);
    this.#announce([code === "held" ? what : `${this.t("failed")}: ${what}`, failure]);
  }

  #announceQueue() {
    this.#burstTimer = 0;
    const messages = this.#queue.splice(0);
    if (document.visibilityState !== "visible") return;
    if (messages.length <= MAX_MESSAGES) return this.#announce(messages.map(line));
    const names = [...new Set(messages.map(fullName))];
    const first = names.length > MAX_MESSAGES ? [...names.slice(0, MAX_MESSAGES), "…"] : names;
    this.#announce([this.t("news_from", { count: messages.length, names: first.join(", ") })]);
  }

  /** As new elements: the same words again are read out again. */
  #announce(texts) {
    const lines = texts.map((textContent) =>
      Object.assign(document.createElement("p"), { textContent }),
    );
    this.region.replaceChildren(...lines);
  }
}

function line(frame) {
  return `${fullName(frame)}: ${excerpt(words(frame), MAX_LENGTH)}`;
}
