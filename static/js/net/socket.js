/**
 * A WebSocket that reconnects by itself.
 *
 * States: "connecting" (on the way), "online" (the server said `ready`), "offline" (waiting to try
 * again). Close codes of 4400 and above are final, as are HTTP refusals that say the same.
 */

import { lazy } from "../lib/lazy.js";

/** After a connection that held this long the delays begin anew; each that did not makes the first one longer. */
const STABLE_AFTER = 10_000;
/** How often it is checked whether anything is heard; what checks it is loaded the first time. */
const HEARTBEAT_INTERVAL = 15_000;
/** For the handshake and the `ready` after it. */
const READY_TIMEOUT = 20_000;

export class Connection extends EventTarget {
  /** @type {WebSocket | null} */
  #socket = null;
  #attempt = 0;
  /** Connections in a row that were lost before they were stable. */
  #short = 0;
  #timer = 0;
  #retryAfter = 0;
  #finished = false;
  #readyAt = 0;
  /** Whether a frame is taken: otherwise the connection is made anew, to resume before that frame. */
  accept = (/** @type {any} */ _frame) => true;
  /** When it will be tried again, in milliseconds since 1970. */
  retryAt = 0;
  /** By which close code it was lost last; 0: it was silent. */
  code = 0;

  /**
   * @param {number} userId
   * @param {() => string} path the path to connect to, for each attempt
   * @param {object} ping a frame that is always answered
   * @param {string} probe the path whose HTTP status says why a handshake was refused
   */
  constructor(userId, path, ping, probe) {
    super();
    Object.assign(this, { userId, path, probe });
    this.state = "connecting";
    const heartbeat = lazy(
      () => import("./heartbeat.js"),
      (it) => new it.Heartbeat(this, () => this.send(ping)),
    );
    setInterval(() => heartbeat((it) => it.check()), HEARTBEAT_INTERVAL);
    addEventListener("online", () => this.retry());
    addEventListener("reachable", () => this.reconnectNow());
    addEventListener("offline", () => this.restart());
    addEventListener("pageshow", (event) => event.persisted && this.restart());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.reconnectNow();
    });
  }

  get isOnline() {
    return this.state === "online";
  }

  open() {
    clearTimeout(this.#timer);
    this.#retryAfter = 0;
    this.#set("connecting");
    const socket = new WebSocket(location.origin.replace("http", "ws") + this.path());
    this.#socket = socket;
    this.#timer = setTimeout(() => this.restart(), READY_TIMEOUT);
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
  reconnectNow() {
    if (this.state === "offline" && !this.#finished) this.open();
  }

  /** Try at once, whatever is on its way. */
  retry() {
    // A handshake that began without a network would only time out.
    if (!this.isOnline) this.restart();
    this.reconnectNow();
  }

  /** Drop a connection that does not answer any more, and reconnect soon. */
  restart() {
    if (this.#finished) return;
    const socket = this.#socket;
    this.#socket = null;
    this.code = 0;
    socket?.close();
    this.#wait();
  }

  #receive(data) {
    const frame = JSON.parse(data);
    if (!this.accept(frame)) return this.restart();
    if (frame.type === "going_away") this.#retryAfter = frame.retry_after_ms ?? 0;
    if (frame.type === "ready") {
      // Somebody else has logged in since, in another tab: this page is not theirs.
      if (frame.user_id !== this.userId) return this.finish(4401);
      clearTimeout(this.#timer);
      this.#readyAt = Date.now();
      this.#set("online");
      // The page's other socket need not wait until its own delay is over.
      dispatchEvent(new Event("reachable"));
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  async #closed(code, wasOpen) {
    this.#socket = null;
    this.code = code;
    const final = code >= 4400 ? code : wasOpen ? 0 : await this.#refusalCode();
    if (final) this.finish(final);
    else if (!this.#socket && !this.#finished) this.#wait();
  }

  /** Where the module cannot be loaded there is no network, and nothing was refused. */
  #refusalCode() {
    return import("./refusal.js").then((it) => it.refusalCode(this.probe)).catch(() => 0);
  }

  #wait() {
    clearTimeout(this.#timer);
    if (this.#readyAt) {
      if (Date.now() - this.#readyAt > STABLE_AFTER) this.#short = 0;
      this.#attempt = this.#short;
      this.#short += 1;
    }
    this.#readyAt = 0;
    // In milliseconds: half a second at first, half a minute at most.
    const max = Math.min(30_000, 500 * 2 ** this.#attempt);
    this.#attempt += 1;
    // Full jitter: after a restart of the server clients do not come back in step.
    const delay = this.#retryAfter + Math.random() * max;
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
