/** Says to those who hear the page what the others write: each message once, a burst of them in one go. */

import { excerpt } from "./excerpt.js";
import { shownName } from "./text.js";

/** In milliseconds: a burst ends, and somebody has stopped typing. */
const BURST = 800;
const IDLE = 1_200;
const EACH = 3;
const LENGTH = 200;

export class Announcer {
  /** @type {import("./types.js").MessageFrame[]} */
  #news = [];
  #burst = 0;
  #idle = 0;

  /**
   * @param {HTMLElement} region a polite one
   * @param {import("./types.js").Say} say
   */
  constructor(region, say) {
    this.region = region;
    this.say = say;
  }

  /** @param {import("./types.js").MessageFrame} frame by somebody else */
  heard(frame) {
    this.#news.push(frame);
    this.#burst ||= setTimeout(() => this.#tellNews(), BURST);
  }

  /**
   * Something about what is being typed, once that stops.
   * @param {string} text
   */
  remark(text) {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#speak([text]), IDLE);
  }

  #tellNews() {
    this.#burst = 0;
    const news = this.#news.splice(0);
    if (document.visibilityState !== "visible") return;
    if (news.length <= EACH) return this.#speak(news.map(line));
    const names = [...new Set(news.map(shownName))];
    const first = names.length > EACH ? [...names.slice(0, EACH), "…"] : names;
    this.#speak([this.say("news_from", { count: news.length, names: first.join(", ") })]);
  }

  /** As new elements: the same words again are read out again. */
  #speak(texts) {
    const lines = texts.map((textContent) =>
      Object.assign(document.createElement("p"), { textContent }),
    );
    this.region.replaceChildren(...lines);
  }
}

function line(frame) {
  return `${shownName(frame)}: ${excerpt(frame.message, LENGTH)}`;
}
