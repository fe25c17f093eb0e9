/**
 * Messages on their way, and what is to be done to others (commands). Each is sent with the same client_id
 * until the server has said what became of it, over as many connections, tabs and days as it takes; the
 * server does it once.
 */

import { lazy } from "../lib/lazy.js";
import { on } from "../lib/page.js";

/** @typedef {import("../lib/types.js").PendingMessage} PendingMessage */

/** An acknowledgement takes milliseconds: a connection silent for so long is a dead one. */
const ACK_TIMEOUT = 10_000;

/**
 * Dispatches `waiting` whenever more or fewer may be on their way, `commands` with a list of those, `failed`
 * with a message that the server has refused, `discarded` with the text of one that is not to be sent any more.
 */
export class Outbox extends EventTarget {
  /** @type {Map<string, PendingMessage>} in the order of writing */
  #messages = new Map();
  /** @type {Set<string>} what is stored or deleted: the database may answer with it a last time */
  #settled = new Set();
  #hadCommands = false;
  /** The client_id that waits for its answer, or nothing. */
  #sent = "";
  #isSyncing = false;
  /** When the room takes the next message of mine, in milliseconds since 1970: it has slow mode. */
  slowUntil = 0;
  #timer = 0;
  /** What happens to a message that the server has refused, or that is not to be sent. */
  failures = lazy(
    () => import("./outbox_failures.js"),
    (it) => new it.OutboxFailures(this),
  );

  /**
   * @param {import("../net/socket.js").Connection} connection
   * @param {import("./message_store.js").MessageStore} store
   * @param {HTMLElement} list whose buttons retry and delete
   * @param {import("../net/outbox_storage.js").OutboxStorage} storage
   */
  constructor(connection, store, list, storage) {
    super();
    Object.assign(this, { connection, store, storage });
    for (const { client_id = "" } of store.all) this.#settled.add(client_id);
    on(list, "click", ({ target }) => {
      const button = target.closest("[data-action]");
      if (button) this.failures((it) => it.clicked(button));
    });
    on(document, "visibilitychange", () => this.sendNext());
  }

  /**
   * @param {string} clientId
   * @returns {PendingMessage | undefined}
   */
  get(clientId) {
    return this.#messages.get(clientId);
  }

  /** In the order of writing, with those that failed. */
  get all() {
    return [...this.#messages.values()];
  }

  /** How many messages are on their way, without those that failed. */
  get waiting() {
    return this.all.filter((it) => !it.failure).length;
  }

  /** What is to be done to messages: in the order in which it was asked for. */
  get commands() {
    return this.all.filter((it) => it.command);
  }

  /**
   * @param {string} text
   * @param {import("../lib/types.js").Quote} [reply_to]
   * @param {import("../lib/types.js").Upload[]} [uploads] it waits for them
   */
  submit(text, reply_to, uploads) {
    /** @type {PendingMessage} */
    const message = { client_id: newId(), text, at: new Date().toISOString(), reply_to };
    if (uploads?.[0]) message.uploads = uploads;
    this.store.putPending(message);
    return this.add(message);
  }

  /** @param {PendingMessage} message a new one */
  async add(message) {
    const number = await this.storage.add(message);
    if (number) message.number = number;
    this.#messages.set(message.client_id, message);
    // Another tab may have been quicker.
    if (this.#settled.has(message.client_id)) return this.stored(message.client_id);
    this.#show(message);
    this.changed();
    this.sendNext();
  }

  /** @param {number} delay in milliseconds, after which what has no answer is sent again */
  resumeLater(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.resume(), delay);
  }

  /** The page is there, or the connection is again and what it had missed has been shown. */
  resume() {
    clearTimeout(this.#timer);
    this.#sent = "";
    return this.sendNext();
  }

  /**
   * The server has stored a message of mine.
   * @param {string | undefined} clientId
   */
  stored(clientId) {
    if (clientId && this.forget(clientId)) this.answered(clientId);
  }

  /** One at a time: however often the server says "wait", the order stays that of writing. */
  async sendNext() {
    if (this.#sent || this.#isSyncing) return;
    this.#isSyncing = true;
    await this.#sync().finally(() => (this.#isSyncing = false));
    const now = Date.now();
    const waiting = this.all.filter((it) => !it.failure && !it.uploads);
    const dueAt = ({ command, due = command ? 0 : this.slowUntil }) => due;
    const message = waiting.find((each) => dueAt(each) <= now);
    if (!message && waiting.length) setTimeout(() => this.sendNext(), Math.min(...waiting.map(dueAt)) - now);
    if (!message || this.#sent || !this.connection.send(frameOf(message))) return;
    this.#sent = message.client_id;
    this.#timer = setTimeout(() => this.#timedOut(), ACK_TIMEOUT);
  }

  /** What another tab or an earlier page has stored is shown and sent here too; what it deleted is not. */
  async #sync() {
    const kept = await this.storage.all();
    if (!kept) return;
    const messages = new Map();
    for (const message of kept) {
      if (this.#settled.has(message.client_id)) this.storage.remove(message);
      else messages.set(message.client_id, message);
    }
    for (const [clientId, message] of this.#messages) {
      if (messages.has(clientId)) continue;
      // Stored or deleted from another tab? A connection that has caught up knows.
      if (message.number && this.connection.isOnline) this.store.removePending(clientId);
      else messages.set(clientId, message);
    }
    const known = this.#messages;
    this.#messages = messages;
    for (const [clientId, message] of messages) {
      // With many on their way it is the page's time that each of them would take again with each answer.
      if (known.get(clientId)?.failure !== message.failure || !known.has(clientId)) this.#show(message);
    }
    this.changed();
  }

  #show(message) {
    if (!message.command) this.store.putPending(message);
  }

  /** More or fewer may be on their way. */
  changed() {
    const { commands } = this;
    this.dispatch("waiting");
    if (commands.length || this.#hadCommands) this.dispatch("commands", commands);
    this.#hadCommands = commands.length > 0;
  }

  dispatch(name, detail = undefined) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} clientId the one that has its answer */
  answered(clientId) {
    if (this.#sent === clientId) this.resume();
  }

  #timedOut() {
    if (this.#sent && this.connection.isOnline) this.connection.restart();
  }

  /** @returns {boolean} whether it was on its way */
  forget(clientId) {
    const message = this.#messages.get(clientId);
    this.#settled.add(clientId);
    if (message) this.storage.remove(message);
    const wasWaiting = this.#messages.delete(clientId);
    this.changed();
    return wasWaiting;
  }
}

function frameOf({ client_id, text, reply_to, command, files }) {
  if (command) return { ...command, client_id };
  return { type: "chat_message", message: text, client_id, reply_to: reply_to?.message_id, files };
}

/** An id nobody else makes; randomUUID is for https and localhost only. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
