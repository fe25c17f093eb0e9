/**
 * One connection to a room that comes back by itself.
 *
 * States: "connecting" (on the way), "online" (the server said `ready`), "offline" (waiting to try
 * again). Close codes of 4400 and above are final, as are HTTP refusals that say the same.
 */

import { ApiError, get } from "./api.js";

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
/** A connection that held this long makes the next failure a first one again. */
const STEADY = 10_000;
/** Nobody waits longer for a handshake and the `ready` after it. */
const PATIENCE = 20_000;

export class Connection extends EventTarget {
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  #timer = 0;
  #retryAfter = 0;
  #finished = false;
  #readyAt = 0;
  /** When it will be tried again, in milliseconds since 1970. */
  retryAt = 0;

  /**
   * @param {number} me
   * @param {() => string} address the path to connect to; asked anew each time
   * @param {string} probe what is asked by HTTP why a handshake was refused
   */
  constructor(me, address, probe) {
    super();
    this.me = me;
    this.address = address;
    this.probe = probe;
    this.state = "connecting";
    addEventListener("online", () => this.retry());
    addEventListener("offline", () => this.restart());
    addEventListener("pageshow", (event) => event.persisted && this.restart());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.hurry();
    });
  }

  get isOnline() {
    return this.state === "online";
  }

  open() {
    clearTimeout(this.#timer);
    this.#retryAfter = 0;
    this.#set("connecting");
    const socket = new WebSocket(location.origin.replace("http", "ws") + this.address());
    this.#socket = socket;
    this.#timer = setTimeout(() => this.restart(), PATIENCE);
    let wasOpen = false;
    socket.onopen = () => (wasOpen = true);
    socket.onmessage = (event) => this.#socket === socket && this.#receive(event.data);
    socket.onclose = (event) => this.#socket === socket && this.#closed(event.code, wasOpen);
  }

  /**
   * @param {object} frame
   * @returns {boolean} whether it went out; not whether it arrived
   */
  send(frame) {
    if (!this.isOnline || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Try now what would be tried later. */
  hurry() {
    if (this.state === "offline" && !this.#finished) this.open();
  }

  /** Try at once, whatever is on its way. */
  retry() {
    // A handshake that began without a network would only time out.
    if (!this.isOnline) this.restart();
    this.hurry();
  }

  /** Drop a connection that does not answer any more, and come back soon. */
  restart() {
    if (this.#finished) return;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#wait();
  }

  #receive(data) {
    const frame = JSON.parse(data);
    if (frame.type === "going_away") this.#retryAfter = frame.retry_after_ms ?? 0;
    if (frame.type === "ready") {
      // Somebody else has logged in since, in another tab: nothing of mine is theirs.
      if (frame.user_id !== this.me) return this.finish(4401);
      clearTimeout(this.#timer);
      this.#readyAt = Date.now();
      this.#set("online");
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  async #closed(code, wasOpen) {
    this.#socket = null;
    // The browser keeps the HTTP status of a refused handshake to itself: ask by HTTP.
    const final = code >= 4400 ? code : wasOpen ? 0 : await this.#diagnose();
    if (final) this.finish(final);
    else if (!this.#socket && !this.#finished) this.#wait();
  }

  /** The final close code that fits a handshake that was refused, or 0 to try again. */
  async #diagnose() {
    const problem = await get(this.probe).catch((error) => error);
    const status = problem instanceof ApiError ? problem.status : 0;
    return [401, 403, 404].includes(status) ? 4000 + status : 0;
  }

  #wait() {
    clearTimeout(this.#timer);
    if (this.#readyAt && Date.now() - this.#readyAt > STEADY) this.#attempt = 0;
    this.#readyAt = 0;
    const longest = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** this.#attempt);
    this.#attempt += 1;
    // Full jitter: after a restart of the server the crowd does not come back in step.
    const delay = this.#retryAfter + Math.random() * longest;
    this.retryAt = Date.now() + delay;
    this.#timer = setTimeout(() => this.open(), delay);
    this.#set("offline");
  }

  /**
   * No more of this connection.
   * @param {number} code
   */
  finish(code) {
    this.#finished = true;
    this.#socket?.close();
    clearTimeout(this.#timer);
    this.#set("offline");
    this.dispatchEvent(new CustomEvent("final", { detail: code }));
  }

  #set(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
