/** The socket that keeps the store of rooms up to date. */

import { ApiError, get } from "../net/api.js";
import { on, redirectToLogin } from "../lib/page.js";
import { Connection } from "../net/socket.js";

const RETRY_DELAY = 3_000;
/** Pages that are to fetch the list again do so at different moments. */
const MAX_JITTER = 2_000;

export class LobbySocket {
  /** Frames that came while the list was being fetched. */
  #queue = /** @type {object[] | null} */ (null);
  #timer = 0;
  #request = 0;
  /** `blocks` comes after `ready`, but only where somebody is blocked: without it nobody is. */
  #areBlocksKnown = true;

  /** @param {import("./room_store.js").RoomStore} rooms */
  constructor(rooms) {
    this.rooms = rooms;
    this.connection = new Connection(rooms.userId, () => "/ws/", { type: "ping" }, "/api/session");
    on(this.connection, "frame", (event) => this.#receive(event.detail));
    // The style sheet says when that lasts too long: then nobody is shown as being here.
    const page = document.documentElement;
    on(this.connection, "state", () => page.toggleAttribute("data-offline", !this.connection.isOnline));
    on(this.connection, "final", (event) => event.detail === 4401 && redirectToLogin());
    on(rooms, "stale", () => this.#schedule(Math.random() * MAX_JITTER));
    this.connection.open();
  }

  #receive(frame) {
    const { type } = frame;
    this.rooms.dispatchEvent(new CustomEvent("frame", { detail: frame }));
    this.#areBlocksKnown = type === "blocks" || (this.#areBlocksKnown && type !== "ready");
    if (type === "ready") this.#load();
    else if (type === "refresh") this.#schedule(Math.random() * MAX_JITTER);
    // Activity needs no list: it is counted above what the list says.
    else if (this.#queue && type !== "room_activity") this.#queue.push(frame);
    else this.rooms.receive(frame);
  }

  #schedule(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), delay);
  }

  /** Fetch the list, then apply what has come meanwhile; of several answers only the last counts. */
  async #load() {
    clearTimeout(this.#timer);
    const request = ++this.#request;
    const queue = (this.#queue = []);
    try {
      const page = await get("/api/rooms");
      if (request !== this.#request) return;
      this.#queue = null;
      this.rooms.load(page);
      for (const frame of queue) this.rooms.receive(frame);
      if (!this.#areBlocksKnown) this.rooms.receive({ type: "blocks", user_ids: [] });
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 401) redirectToLogin();
      else if (request === this.#request && this.connection.isOnline) this.#schedule(RETRY_DELAY);
    }
  }
}
