/**
 * Notices a connection that died without a word, as after a sleep or a change of networks: browsers
 * answer the server's pings by themselves and never tell the page that none came.
 */

import { on } from "./page.js";

const EVERY = 15_000;
/** Silence that is worth a question: while somebody looks at the page, and when they come back. */
const QUIET = 45_000;
const QUIET_ON_RETURN = 10_000;
const ANSWER_WITHIN = 8_000;

export class Pulse {
  #heardAt = Date.now();
  #deadline = 0;

  /**
   * @param {import("./socket.js").Connection} connection
   * @param {() => boolean} ask sends a frame that is always answered
   */
  constructor(connection, ask) {
    this.connection = connection;
    this.ask = ask;
    on(connection, "frame", () => this.#heard());
    on(connection, "state", () => this.#heard());
    setInterval(() => this.#check(QUIET), EVERY);
    on(document, "visibilitychange", () => this.#check(QUIET_ON_RETURN));
  }

  #heard() {
    this.#heardAt = Date.now();
    clearTimeout(this.#deadline);
    this.#deadline = 0;
  }

  #check(quiet) {
    if (this.#deadline || document.visibilityState !== "visible") return;
    if (Date.now() - this.#heardAt < quiet || !this.connection.isOnline) return;
    if (this.ask()) this.#deadline = setTimeout(() => this.#dead(), ANSWER_WITHIN);
  }

  #dead() {
    this.#deadline = 0;
    if (this.connection.isOnline) this.connection.restart();
  }
}
