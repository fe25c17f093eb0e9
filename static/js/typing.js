/** Who of the others is typing. */

import { tell } from "./page.js";
import { shownName } from "./text.js";

/** If the word that somebody stopped gets lost, the line goes away by itself. */
const FORGET = 8_000;

/** The line that says who is typing. */
export class TypingLine {
  /** @type {Map<number, {name: string, timer: number}>} */
  #typists = new Map();

  /**
   * @param {HTMLElement} line
   * @param {import("./socket.js").Connection} connection
   * @param {import("./types.js").Say} say
   */
  constructor(line, connection, say) {
    this.line = line;
    this.say = say;
    connection.addEventListener("frame", ({ detail: { type, user_id, is_online } }) => {
      if (type === "chat_message" || (type === "user_status" && !is_online)) this.#stop(user_id);
    });
    connection.addEventListener("state", () => connection.isOnline || this.#clear());
  }

  /** @param {any} frame of somebody who types, or does no longer */
  hear(frame) {
    if (frame.is_typing) this.#start(frame.user_id, shownName(frame));
    else this.#stop(frame.user_id);
  }

  #start(userId, name) {
    clearTimeout(this.#typists.get(userId)?.timer);
    const timer = setTimeout(() => this.#stop(userId), FORGET);
    this.#typists.set(userId, { name, timer });
    this.#show();
  }

  #stop(userId) {
    clearTimeout(this.#typists.get(userId)?.timer);
    if (this.#typists.delete(userId)) this.#show();
  }

  #clear() {
    for (const userId of [...this.#typists.keys()]) this.#stop(userId);
  }

  #show() {
    const names = [...this.#typists.values()].map((typist) => typist.name);
    const [name = "", second = ""] = names;
    const key = ["", "typing_one", "typing_two"][names.length] ?? "typing_many";
    const text = key && this.say(key, { name, first: name, second });
    tell(this.line, text);
  }
}
