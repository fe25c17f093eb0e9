/**
 * Notices a connection that died silently, as after a sleep or a change of networks: browsers answer
 * the server's pings by themselves and do not show the page that none came.
 */

import { on } from "../lib/page.js";
import { noteLosses } from "./connection_log.js";

/** Silence after which a ping is sent: while somebody looks at the page, and when they come back. */
const MAX_SILENCE = 45_000;
const MAX_SILENCE_ON_RETURN = 10_000;
const PING_TIMEOUT = 8_000;

export class Heartbeat {
  #lastFrameAt = Date.now();
  #pingTimer = 0;

  /**
   * @param {import("./socket.js").Connection} connection
   * @param {() => boolean} ping sends a frame that is always answered
   */
  constructor(connection, ping) {
    this.connection = connection;
    this.ping = ping;
    noteLosses(connection);
    on(connection, "frame", () => this.#received());
    on(connection, "state", () => this.#received());
    on(document, "visibilitychange", () => this.check(MAX_SILENCE_ON_RETURN));
  }

  #received() {
    this.#lastFrameAt = Date.now();
    clearTimeout(this.#pingTimer);
    this.#pingTimer = 0;
  }

  /** Send a ping, where nothing was heard for so long, in milliseconds. */
  check(maxSilence = MAX_SILENCE) {
    if (this.#pingTimer || document.visibilityState !== "visible") return;
    if (Date.now() - this.#lastFrameAt < maxSilence || !this.connection.isOnline) return;
    if (this.ping()) this.#pingTimer = setTimeout(() => this.#timedOut(), PING_TIMEOUT);
  }

  #timedOut() {
    this.#pingTimer = 0;
    if (this.connection.isOnline) this.connection.restart();
  }
}
