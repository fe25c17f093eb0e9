/** Sends that I am typing. */

/** How often it is sent again in the time after which the server forgets who types. */
const REPEATS = 2;
const IDLE_TIMEOUT = 3_000;

/** Sends `typing` frames, as rarely as will do. */
export class TypingSignal {
  #lastSent = -Infinity;
  #active = false;
  #idle = 0;

  /**
   * @param {import("../net/socket.js").Connection} connection
   * @param {number} timeout of the server, in seconds
   */
  constructor(connection, timeout) {
    this.connection = connection;
    this.repeatInterval = (1_000 * timeout) / REPEATS;
    connection.addEventListener("state", () => connection.isOnline || this.#reset());
  }

  /** @param {boolean} hasText */
  typed(hasText) {
    if (!hasText) return this.stop();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_TIMEOUT);
    if (this.#active && performance.now() - this.#lastSent < this.repeatInterval) return;
    this.#active = this.#send(true);
    if (this.#active) this.#lastSent = performance.now();
  }

  stop() {
    clearTimeout(this.#idle);
    if (this.#active) this.#send(false);
    this.#active = false;
  }

  /** The connection is gone, and with it what the server knew. */
  #reset() {
    clearTimeout(this.#idle);
    this.#active = false;
  }

  #send(isTyping) {
    return this.connection.send({ type: "typing", is_typing: isTyping });
  }
}
