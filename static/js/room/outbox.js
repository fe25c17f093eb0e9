/**
 * Messages on their way, and what is to be done to others (commands). Each is sent with the same client_id
 * until the server has said what became of it, over as many connections, tabs and days as it takes; the
 * server does it once.
 */

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
    on(list, "click", (event) => this.#clicked(event));
    on(document, "visibilitychange", () => this.#sendNext());
  }

  /** How many messages are on their way, without those that failed. */
  get waiting() {
    return [...this.#messages.values()].filter((message) => !message.failure).length;
  }

  /** What is to be done to messages: in the order in which it was asked for. */
  get commands() {
    return [...this.#messages.values()].filter((message) => message.command);
  }

  /**
   * @param {string} text
   * @param {import("../lib/types.js").Quote} [reply_to]
   */
  submit(text, reply_to) {
    /** @type {PendingMessage} */
    const message = { client_id: newId(), text, at: new Date().toISOString(), reply_to };
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
    this.#changed();
    this.#sendNext();
  }

  /** The page is there, or the connection is again and what it had missed has been shown. */
  resume() {
    clearTimeout(this.#timer);
    this.#sent = "";
    return this.#sendNext();
  }

  /**
   * The server has stored a message of mine.
   * @param {string | undefined} clientId
   */
  stored(clientId) {
    if (clientId && this.#forget(clientId)) this.#answered(clientId);
  }

  /**
   * The server will not have it, or not yet.
   * @param {{client_id: string, code: string, retry_after?: number, current?: object}} frame
   * @param {string} reason
   * @returns {boolean} whether it is given up: nothing of it is kept
   */
  refused({ client_id, code, retry_after, current }, reason) {
    const message = this.#messages.get(client_id);
    if (!message) return false;
    if (code === "slow_mode") { // Edits and deletions need not wait behind it.
      this.slowUntil = Date.now() + retry_after * 1000;
      this.#answered(client_id);
      return false;
    }
    if (retry_after) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.resume(), retry_after * 1000 * (1 + Math.random()));
      return false;
    }
    const isKept = !message.command || message.command.type === "edit_message";
    if (isKept) this.#setFailure(Object.assign(message, { code, current }), reason);
    else this.#forget(client_id);
    if (!message.command) this.#dispatch("failed", message);
    this.#answered(client_id);
    return !isKept;
  }

  /**
   * Nothing can be sent here any more.
   * @param {string} reason
   */
  giveUp(reason) {
    for (const message of this.#messages.values()) if (!message.failure) this.#setFailure(message, reason);
  }

  /** One at a time: however often the server says "wait", the order stays that of writing. */
  async #sendNext() {
    if (this.#sent || this.#isSyncing) return;
    this.#isSyncing = true;
    await this.#sync().finally(() => (this.#isSyncing = false));
    const now = Date.now();
    const waiting = [...this.#messages.values()].filter((candidate) => !candidate.failure);
    const dueAt = ({ command, due = command ? 0 : this.slowUntil }) => due;
    const message = waiting.find((each) => dueAt(each) <= now);
    if (!message && waiting.length) setTimeout(() => this.#sendNext(), Math.min(...waiting.map(dueAt)) - now);
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
    this.#changed();
  }

  #show(message) {
    if (!message.command) this.store.putPending(message);
  }

  #changed() {
    const { commands } = this;
    this.#dispatch("waiting");
    if (commands.length || this.#hadCommands) this.#dispatch("commands", commands);
    this.#hadCommands = commands.length > 0;
  }

  #dispatch(name, detail = undefined) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {string} clientId the one that has its answer */
  #answered(clientId) {
    if (this.#sent === clientId) this.resume();
  }

  #timedOut() {
    if (this.#sent && this.connection.isOnline) this.connection.restart();
  }

  #clicked({ target }) {
    const { action } = target.closest("[data-action]")?.dataset ?? {};
    // The button goes away.
    if (action === "retry") target.closest(".post").focus();
    if (action) this[action](target.closest(".message").dataset.clientId);
  }

  /**
   * Send again what was refused.
   * @param {string} clientId
   * @param {object} fields of its command that are others now
   */
  async retry(clientId, fields = {}) {
    const message = this.#messages.get(clientId);
    if (!message) return;
    if (message.command) Object.assign(message.command, fields);
    // What it replied to is gone.
    if (message.code === "gone") delete message.reply_to;
    await this.#setFailure(message, "");
    this.#sendNext();
  }

  /** @param {string} [clientId] */
  discard(clientId = "") {
    const message = this.#messages.get(clientId);
    if (!message) return;
    this.#forget(clientId);
    this.store.removePending(clientId);
    if (!message.command) this.#dispatch("discarded", message.text);
  }

  /** With nothing as its failure it is to be sent again. */
  #setFailure(message, failure) {
    message.failure = failure;
    this.#show(message);
    this.#changed();
    return this.storage.update(message);
  }

  /** @returns {boolean} whether it was on its way */
  #forget(clientId) {
    const message = this.#messages.get(clientId);
    this.#settled.add(clientId);
    if (message) this.storage.remove(message);
    const wasWaiting = this.#messages.delete(clientId);
    this.#changed();
    return wasWaiting;
  }
}

function frameOf({ client_id, text, reply_to, command }) {
  if (command) return { ...command, client_id };
  return { type: "chat_message", message: text, client_id, reply_to: reply_to?.message_id };
}

/** An id nobody else makes; randomUUID is for https and localhost only. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
