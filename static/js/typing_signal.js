/** Tells the others that I am typing. */

/** The server forgets a typist after a few seconds of silence; so often it is told again. */
const REPEAT = 3_000;
const IDLE = 3_000;

/** Tells the room that I am typing, as rarely as will do. */
export class TypingSignal {
  #lastSent = -Infinity;
  #active = false;
  #idle = 0;

  /** @param {import("./socket.js").Connection} connection */
  constructor(connection) {
    this.connection = connection;
    connection.addEventListener("state", () => connection.isOnline || this.#forget());
  }

  /** @param {boolean} hasText */
  typed(hasText) {
    if (!hasText) return this.stop();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE);
    if (this.#active && performance.now() - this.#lastSent < REPEAT) return;
    this.#active = this.#send(true);
    if (this.#active) this.#lastSent = performance.now();
  }

  stop() {
    clearTimeout(this.#idle);
    if (this.#active) this.#send(false);
    this.#active = false;
  }

  /** The connection is gone, and with it what the server knew. */
  #forget() {
    clearTimeout(this.#idle);
    this.#active = false;
  }

  #send(isTyping) {
    return this.connection.send({ type: "typing", is_typing: isTyping });
  }
}
