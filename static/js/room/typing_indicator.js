/** Who of the others is typing. */

import { setText } from "../lib/page.js";
import { fullName } from "./ambiguous_names.js";

/** If the frame that somebody stopped gets lost, the line goes away so long after the server has forgotten. */
const MARGIN = 2_000;

/** The line that says who is typing. */
export class TypingIndicator {
  /** @type {Map<number, {name: string, timer: number}>} */
  #users = new Map();

  /**
   * @param {HTMLElement} line
   * @param {import("../net/socket.js").Connection} connection
   * @param {number} timeout of the server, in seconds
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(line, connection, timeout, t) {
    this.line = line;
    this.timeout = 1_000 * timeout + MARGIN;
    this.t = t;
    connection.addEventListener("frame", ({ detail: { type, user_id, is_online } }) => {
      if (type === "chat_message" || (type === "user_status" && !is_online)) this.#stop(user_id);
    });
    connection.addEventListener("state", () => connection.isOnline || this.#clear());
  }

  /** @param {any} frame of somebody who types, or does no longer */
  receive(frame) {
    if (frame.is_typing) this.#start(frame.user_id, fullName(frame));
    else this.#stop(frame.user_id);
  }

  #start(userId, name) {
    clearTimeout(this.#users.get(userId)?.timer);
    const timer = setTimeout(() => this.#stop(userId), this.timeout);
    this.#users.set(userId, { name, timer });
    this.#show();
  }

  #stop(userId) {
    clearTimeout(this.#users.get(userId)?.timer);
    if (this.#users.delete(userId)) this.#show();
  }

  #clear() {
    for (const userId of [...this.#users.keys()]) this.#stop(userId);
  }

  #show() {
    const names = [...this.#users.values()].map((user) => user.name);
    const [name = "", second = ""] = names;
    const key = ["", "typing_one", "typing_two"][names.length] ?? "typing_many";
    const text = key && this.t(key, { name, first: name, second });
    setText(this.line, text);
  }
}
