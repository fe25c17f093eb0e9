/** Who is typing: told to the others, and heard from them. */

import { tell } from "./page.js";

/** The server forgets a typist after a few seconds of silence; so often it is told again. */
const REPEAT = 3_000;
const IDLE = 3_000;
/** If the word that somebody stopped gets lost, the line goes away by itself. */
const FORGET = 8_000;

/** Tells the room that I am typing, as rarely as will do. */
export class TypingSignal {
  #lastSent = -Infinity;
  #active = false;
  #idle = 0;

  /** @param {(frame: object) => boolean} send */
  constructor(send) {
    this.send = send;
  }

  /** @param {boolean} hasText */
  typed(hasText) {
    if (!hasText) return this.stop();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE);
    if (this.#active && performance.now() - this.#lastSent < REPEAT) return;
    this.#active = this.send({ type: "typing", is_typing: true });
    if (this.#active) this.#lastSent = performance.now();
  }

  stop() {
    clearTimeout(this.#idle);
    if (this.#active) this.send({ type: "typing", is_typing: false });
    this.#active = false;
  }

  /** The connection is gone, and with it what the server knew. */
  forget() {
    clearTimeout(this.#idle);
    this.#active = false;
  }
}

/** The line that says who is typing. */
export class TypingLine {
  /** @type {Map<number, {name: string, timer: number}>} */
  #typists = new Map();

  /**
   * @param {HTMLElement} line
   * @param {import("./types.js").Say} say
   */
  constructor(line, say) {
    this.line = line;
    this.say = say;
  }

  /**
   * @param {number} userId
   * @param {string} name
   */
  start(userId, name) {
    clearTimeout(this.#typists.get(userId)?.timer);
    const timer = setTimeout(() => this.stop(userId), FORGET);
    this.#typists.set(userId, { name, timer });
    this.#show();
  }

  /** @param {number} userId */
  stop(userId) {
    clearTimeout(this.#typists.get(userId)?.timer);
    if (this.#typists.delete(userId)) this.#show();
  }

  clear() {
    for (const userId of [...this.#typists.keys()]) this.stop(userId);
  }

  #show() {
    const names = [...this.#typists.values()].map((typist) => typist.name);
    const [name = "", second = ""] = names;
    const key = ["", "typing_one", "typing_two"][names.length] ?? "typing_many";
    const text = key && this.say(key, { name, first: name, second });
    tell(this.line, text);
  }
}
