/**
 * Messages on their way. Each is sent with the same client_id until the server has said what became
 * of it, over as many connections, tabs and days as it takes; the server stores it once.
 */

import { on, parts } from "./page.js";

/** @typedef {import("./types.js").Draft} Draft */

/** An acknowledgement takes milliseconds: a connection silent for so long is a dead one. */
const PATIENCE = 10_000;

/** Says `waiting` whenever more or fewer messages may be on their way. */
export class Outbox extends EventTarget {
  /** @type {Map<string, Draft>} in the order of writing */
  #drafts = new Map();
  /** @type {Set<string>} what is stored or deleted: the database may answer with it a last time */
  #settled = new Set();
  /** The client_id that waits for its answer, or nothing. */
  #sent = "";
  #isLooking = false;
  #watch = 0;

  /**
   * @param {import("./socket.js").Connection} connection
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./drafts.js").Drafts} store
   */
  constructor(connection, timeline, store) {
    super();
    this.connection = connection;
    this.timeline = timeline;
    this.store = store;
    for (const item of parts(timeline.list, "[data-client-id]")) {
      this.#settled.add(item.dataset.clientId ?? "");
    }
    on(timeline.list, "click", (event) => this.#clicked(event));
    on(document, "visibilitychange", () => this.#pump());
  }

  /** How many messages are on their way, without those that failed. */
  get waiting() {
    return [...this.#drafts.values()].filter((draft) => !draft.failure).length;
  }

  /** @param {string} text */
  async submit(text) {
    /** @type {Draft} */
    const draft = { client_id: newId(), text, at: new Date().toISOString() };
    this.timeline.showDraft(draft);
    const number = await this.store.add(draft);
    if (number) draft.number = number;
    this.#drafts.set(draft.client_id, draft);
    // Another tab may have been quicker.
    if (this.#settled.has(draft.client_id)) return this.stored(draft.client_id);
    this.timeline.showDraft(draft);
    this.#changed();
    this.#pump();
  }

  /** The page is there, or the connection is again and what it had missed has been shown. */
  resume() {
    clearTimeout(this.#watch);
    this.#sent = "";
    return this.#pump();
  }

  /**
   * The server has stored a message of mine.
   * @param {string | undefined} clientId
   */
  stored(clientId) {
    if (clientId && this.#settle(clientId)) this.#next(clientId);
  }

  /**
   * The server will not have it, or not yet.
   * @param {string} clientId
   * @param {string} reason
   * @param {number} [retryAfter] seconds
   */
  refused(clientId, reason, retryAfter) {
    const draft = this.#drafts.get(clientId);
    if (!draft) return;
    if (retryAfter) {
      clearTimeout(this.#watch);
      this.#watch = setTimeout(() => this.resume(), retryAfter * 1000 * (1 + Math.random()));
      return;
    }
    this.#mark(draft, reason);
    this.#next(clientId);
  }

  /**
   * Nothing can be sent here any more.
   * @param {string} reason
   */
  giveUp(reason) {
    for (const draft of this.#drafts.values()) if (!draft.failure) this.#mark(draft, reason);
  }

  /** One at a time: however often the server says "wait", the order stays that of writing. */
  async #pump() {
    if (this.#sent || this.#isLooking) return;
    this.#isLooking = true;
    await this.#look().finally(() => (this.#isLooking = false));
    const draft = [...this.#drafts.values()].find((candidate) => !candidate.failure);
    if (!draft || this.#sent) return;
    const { client_id, text: message } = draft;
    if (!this.connection.send({ type: "chat_message", message, client_id })) return;
    this.#sent = client_id;
    this.#watch = setTimeout(() => this.#overdue(), PATIENCE);
  }

  /** What another tab or an earlier page wrote is shown and sent here too; what it deleted is not. */
  async #look() {
    const kept = await this.store.all();
    if (!kept) return;
    const drafts = new Map();
    for (const draft of kept) {
      if (this.#settled.has(draft.client_id)) this.store.remove(draft);
      else drafts.set(draft.client_id, draft);
    }
    for (const [clientId, draft] of this.#drafts) {
      if (drafts.has(clientId)) continue;
      // Stored or deleted from another tab? A connection that has caught up knows.
      if (draft.number && this.connection.isOnline) this.timeline.discard(clientId);
      else drafts.set(clientId, draft);
    }
    this.#drafts = drafts;
    for (const draft of drafts.values()) this.timeline.showDraft(draft);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("waiting"));
  }

  /** @param {string} clientId the one that has its answer */
  #next(clientId) {
    if (this.#sent === clientId) this.resume();
  }

  #overdue() {
    if (this.#sent && this.connection.isOnline) this.connection.restart();
  }

  async #clicked(event) {
    const button = event.target.closest("[data-action]");
    const draft = this.#drafts.get(button?.closest(".message").dataset.clientId);
    if (!draft) return;
    if (button.dataset.action === "retry") {
      await this.#mark(draft, "");
      this.#pump();
    } else {
      this.#settle(draft.client_id);
      this.timeline.discard(draft.client_id);
    }
  }

  /** With nothing as its failure it is to be sent again. */
  #mark(draft, failure) {
    draft.failure = failure;
    this.timeline.showDraft(draft);
    this.#changed();
    return this.store.change(draft);
  }

  /** Whether it was on its way. */
  #settle(clientId) {
    const draft = this.#drafts.get(clientId);
    this.#settled.add(clientId);
    if (draft) this.store.remove(draft);
    const wasWaiting = this.#drafts.delete(clientId);
    this.#changed();
    return wasWaiting;
  }
}

/** An id nobody else makes; randomUUID is for https and localhost only. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
