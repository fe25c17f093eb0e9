/**
 * The messages that the page holds, apart from how they are shown: in the order of their ids, each once, and
 * those that are not stored by the server yet last. What it holds is a part of the room's history: ids from
 * `oldest` to `newest` are loaded, and the room goes on to `revision`.
 *
 * Dispatches events with a message as their detail: `add`, `content` (also when a pending one was stored),
 * `state` (sent, read, failed) and `author` (their name); and `remove` with a list.
 */

import { authorOf, content } from "./message_fields.js";

/** @typedef {import("../lib/types.js").Message} Message */

export class MessageStore extends EventTarget {
  /** @type {Map<number, Message>} */
  #stored = new Map();
  /** @type {Map<string, Message>} by client_id */
  #pending = new Map();
  /** @type {Set<number>} loaded ids that no message has */
  absent = new Set();
  /** The last change of the message that the page has brought along last. */
  #loaded = 0;
  /** The first and the last id that are loaded: none, while the last one is smaller. */
  oldest = 1;
  newest = 0;

  /** @param {import("../lib/types.js").RoomData} data */
  constructor(data) {
    super();
    this.me = data;
    /** The id of the room's latest message. */
    this.revision = data.revision;
    /** The number of the last change of the room that is known here; null: the server has none. */
    this.change = data.change;
  }

  /** How many stored messages it holds. */
  get size() {
    return this.#stored.size;
  }

  /** @returns {Message[]} in their order */
  get all() {
    const stored = [...this.#stored.values()];
    return [...stored.sort((a, b) => a.message_id - b.message_id), ...this.#pendingInOrder];
  }

  /** @param {number} id */
  get(id) {
    return this.#stored.get(id);
  }

  /** Whether the latest message of the room is loaded. */
  get isAtEnd() {
    return this.newest >= this.revision;
  }

  /** The first id between the oldest and the newest of which nothing is known, or 0. */
  get missing() {
    if (this.size + this.absent.size === this.newest - this.oldest + 1) return 0;
    let id = this.oldest;
    while (this.#stored.has(id) || this.absent.has(id)) id += 1;
    return id;
  }

  /**
   * The message that comes after this one.
   * @param {Message} message
   * @returns {Message | undefined}
   */
  next(message) {
    const pending = this.#pendingInOrder;
    if (!message.message_id) return pending[pending.indexOf(message) + 1];
    for (let id = message.message_id + 1; id <= this.newest; id += 1) {
      if (this.#stored.has(id)) return this.#stored.get(id);
    }
    return pending[0];
  }

  /**
   * Put in a message as the server has it; what is here already only where it is newer.
   * @param {import("../lib/types.js").MessageFrame} frame
   */
  put(frame) {
    const { message_id: id, client_id = "" } = frame;
    const known = this.#stored.get(id);
    if (known) this.acknowledge(frame);
    if (known) return this.update(frame);
    const pending = this.#isMine(frame) ? this.#pending.get(client_id) : undefined;
    if (pending) this.#pending.delete(client_id);
    const author = authorOf(this.#isMine(frame) ? this.me : frame);
    const message = Object.assign(pending ?? author, content(frame));
    this.#insert(message);
    this.#dispatch(pending ? "content" : "add", message);
  }

  /**
   * Take over, without an event, a message that the page has brought along.
   * @param {Message} message the next one
   */
  load(message) {
    for (let id = this.newest + 1; this.size && id < message.message_id; id += 1) this.absent.add(id);
    this.#loaded += this.me.changes[this.size];
    message.change = this.#loaded;
    this.#insert(message);
  }

  /**
   * A message may have changed: where it is loaded, and what is loaded is not newer, it is replaced.
   * @param {import("../lib/types.js").MessageFrame} frame
   */
  update(frame) {
    const { is_read = false } = this.newer(frame) ?? {};
    this.set(frame, { ...content(frame), is_read: is_read || frame.is_read });
  }

  /**
   * The loaded message that a frame is about, where the frame is newer.
   * @param {{message_id: number, change: number}} frame
   */
  newer({ message_id, change }) {
    const message = this.#stored.get(message_id);
    // Without a number, as from older servers, nothing about a stored message ever changes.
    return message && change > (message.change ?? 0) ? message : undefined;
  }

  /**
   * Set fields of the message that a frame is about, where the frame is newer.
   * @param {{message_id: number, change: number}} frame
   * @param {object} fields
   */
  set(frame, fields) {
    const message = this.newer(frame);
    if (message) this.#dispatch("content", Object.assign(message, fields, { change: frame.change }));
  }

  /**
   * A message of mine is stored: it is not pending any more.
   * @param {import("../lib/types.js").MessageFrame} frame
   */
  acknowledge(frame) {
    if (this.#isMine(frame)) this.removePending(frame.client_id ?? "");
  }

  /**
   * A message of mine on its way, as far as it has come.
   * @param {import("../lib/types.js").PendingMessage} pending
   */
  putPending({ client_id, text, at, number, failure, reply_to }) {
    const known = this.#pending.get(client_id);
    const fresh = { ...authorOf(this.me), message: text, timestamp: at, is_read: false, reply_to };
    const message = Object.assign(known ?? fresh, { client_id, number, failure });
    this.#pending.set(client_id, message);
    this.#dispatch(known ? "state" : "add", message);
  }

  /** @param {string} clientId */
  removePending(clientId) {
    const message = this.#pending.get(clientId);
    if (this.#pending.delete(clientId)) this.#dispatch("remove", [message]);
  }

  /**
   * Let go of what is more than `max` stored messages at one end.
   * @param {number} max
   * @param {boolean} fromStart
   * @returns {boolean} whether anything was
   */
  trim(max, fromStart) {
    const removed = [];
    while (this.size > max) removed.push(this.#release(fromStart ? this.oldest++ : this.newest--));
    if (removed.length) this.#dispatch("remove", removed.filter(Boolean));
    return removed.length > 0;
  }

  /** Let go of all that is stored. */
  clear() {
    const removed = [...this.#stored.values()];
    this.#stored.clear();
    this.absent.clear();
    [this.oldest, this.newest] = [1, 0];
    this.#dispatch("remove", removed);
  }

  /**
   * Messages of these authors, up to this id, have been read by somebody else.
   * @param {number} id
   * @param {(userId: number) => boolean} isBy
   */
  markRead(id, isBy) {
    for (const message of this.#stored.values()) {
      if (message.is_read || message.message_id > id || !isBy(message.user_id)) continue;
      message.is_read = true;
      this.#dispatch("state", message);
    }
  }

  /** @param {{user_id?: number, type?: string}} frame an answer to me alone names no author */
  #isMine({ user_id = this.me.user_id }) {
    return user_id === this.me.user_id;
  }

  /** By their number in the browser's database; those that have none yet come last. */
  get #pendingInOrder() {
    const place = ({ number = Infinity }) => number;
    return [...this.#pending.values()].sort((a, b) => place(a) - place(b) || 0);
  }

  #insert(message) {
    const id = message.message_id;
    this.oldest = this.size ? Math.min(this.oldest, id) : id;
    this.newest = Math.max(this.newest, id);
    this.#stored.set(id, message);
    this.absent.delete(id);
  }

  #release(id) {
    const message = this.#stored.get(id);
    this.#stored.delete(id);
    this.absent.delete(id);
    return message;
  }

  #dispatch(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
