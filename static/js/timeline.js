/** The list of messages: ordered by number, each once, what is still on its way last. */

import { fill, label, make, name, showState } from "./message.js";
import { copyOf, part, parts } from "./page.js";
import { firstOfGroup, settle, settleAll } from "./grouping.js";

/** @typedef {import("./types.js").MessageFrame} MessageFrame */

export class Timeline {
  /** @type {Map<number, HTMLElement>} */
  #byNumber = new Map();
  /** @type {Map<string, HTMLElement>} */
  #pending = new Map();
  /** The number of the message under the line "new since your last visit". */
  #unread = 0;
  /** The first and the last number shown: no message, while the last one is smaller. */
  oldest = 1;
  newest = 0;

  /**
   * @param {HTMLElement} list
   * @param {{user_id: number, username: string, display_name?: string, first_unread: number | null}} me
   * @param {import("./types.js").Say} say
   */
  constructor(list, me, say) {
    this.list = list;
    this.me = me;
    this.say = say;
    this.#unread = me.first_unread ?? 0;
    this.unreadLine = list.querySelector(".unread-line") ?? copyOf("unread-template");
    for (const item of parts(list, ".message")) {
      this.#keep(item);
      label(item);
    }
    settleAll(list);
  }

  /** How many stored messages are shown. */
  get size() {
    return this.#byNumber.size;
  }

  /** @param {number} number */
  item(number) {
    return this.#byNumber.get(number);
  }

  /** The first number missing between the oldest and the newest, or 0: nothing is. */
  get hole() {
    if (this.size === this.newest - this.oldest + 1) return 0;
    let number = this.oldest;
    while (this.#byNumber.has(number)) number += 1;
    return number;
  }

  /**
   * The last number of a message by somebody else up to this one, or 0.
   * @param {number} number
   */
  lastOfOthers(number) {
    while (number >= this.oldest && this.item(number)?.matches(".own")) number -= 1;
    return number >= this.oldest ? number : 0;
  }

  /**
   * Draw the line "new since your last visit" above this message; it is drawn again when the message
   * is loaded again.
   * @param {number} number
   */
  markUnread(number) {
    const old = this.unreadLine.nextElementSibling;
    this.unreadLine.remove();
    settle(this.list, old);
    this.#unread = number;
    this.#drawLine();
  }

  /**
   * Show a stored message, unless it is shown already.
   * @param {MessageFrame} frame
   * @returns {boolean} whether it was new
   */
  add(frame) {
    if (this.#byNumber.has(frame.message_id)) {
      this.settled(frame);
      return false;
    }
    const clientId = this.#ownId(frame);
    const isOwn = this.#isOwn(frame);
    const item = this.#pending.get(clientId) ?? make(isOwn ? this.me : frame, isOwn);
    this.#pending.delete(clientId);
    item.id = `m${frame.message_id}`;
    item.dataset.messageId = frame.message_id;
    if (clientId) item.dataset.clientId = clientId;
    item.dataset.read = frame.is_read ?? false;
    fill(item, frame.message, frame.timestamp, frame.html);
    showState(item, "sent", this.say);
    this.#keep(item);
    this.#place(item);
    if (frame.message_id === this.#unread) this.#drawLine();
    return true;
  }

  /**
   * A message of mine is stored that is not to be shown here, or is shown already.
   * @param {MessageFrame} frame
   */
  settled(frame) {
    this.discard(this.#ownId(frame));
  }

  /**
   * Let go of what is too much at one end.
   * @param {number} most
   * @param {boolean} fromStart
   * @returns {boolean} whether anything was
   */
  trim(most, fromStart) {
    const excess = this.size - most;
    for (let count = 0; count < excess; count += 1) {
      this.#drop(fromStart ? this.oldest++ : this.newest--);
    }
    if (excess > 0) settle(this.list, this.list.firstElementChild);
    if (excess > 0) settle(this.list, this.item(this.newest)?.nextElementSibling ?? null);
    return excess > 0;
  }

  /** Let go of all that is stored. */
  clear() {
    for (const number of [...this.#byNumber.keys()]) this.#drop(number);
    [this.oldest, this.newest] = [1, 0];
    settle(this.list, this.list.firstElementChild);
  }

  /**
   * Show a message of mine that is not stored yet, as far as it has come.
   * @param {import("./types.js").Draft} draft
   */
  showDraft({ client_id, text, at, number, failure }) {
    const known = this.#pending.get(client_id);
    const item = known ?? make(this.me, true);
    Object.assign(item.dataset, { clientId: client_id, number: number ?? "", read: "false" });
    part(item, ".failure-text").textContent = failure ?? "";
    showState(item, failure ? "failed" : "pending", this.say);
    if (known) return;
    fill(item, text, at);
    this.#pending.set(client_id, item);
    this.#place(item);
  }

  /**
   * Show a message that was not stored no more.
   * @param {string} clientId
   */
  discard(clientId) {
    const item = this.#pending.get(clientId);
    if (!item) return;
    const next = item.nextElementSibling;
    this.#pending.delete(clientId);
    item.remove();
    settle(this.list, next);
  }

  /**
   * Messages of these authors, up to this number, have been read by somebody else.
   * @param {number} number
   * @param {(author: number) => boolean} isBy
   */
  markRead(number, isBy) {
    for (const item of parts(this.list, '[data-read="false"][data-message-id]')) {
      if (Number(item.dataset.messageId) > number || !isBy(Number(item.dataset.authorId))) continue;
      item.dataset.read = "true";
      showState(item, "sent", this.say);
    }
  }

  /**
   * Somebody is called something else.
   * @param {{user_id: number, username: string, display_name?: string}} author
   */
  rename(author) {
    const theirs = `.message[data-author-id="${author.user_id}"]`;
    for (const item of parts(this.list, theirs)) name(item, author);
  }

  /** Whether a message of mine still waits for its reader. */
  get hasUnseen() {
    return this.list.querySelector('.own[data-read="false"][data-message-id]') !== null;
  }

  #isOwn(frame) {
    return frame.user_id === this.me.user_id || frame.type === "message_sent";
  }

  #ownId(frame) {
    return this.#isOwn(frame) ? (frame.client_id ?? "") : "";
  }

  #keep(item) {
    const number = order(item);
    this.oldest = this.size ? Math.min(this.oldest, number) : number;
    this.newest = Math.max(this.newest, number);
    this.#byNumber.set(number, item);
  }

  #drop(number) {
    this.#byNumber.get(number)?.remove();
    this.#byNumber.delete(number);
    if (number === this.#unread) this.unreadLine.remove();
  }

  #drawLine() {
    const item = this.item(this.#unread);
    if (!item) return;
    this.list.insertBefore(this.unreadLine, item);
    settle(this.list, item);
  }

  #place(item) {
    const next = this.#nextOf(item);
    const spot = next && firstOfGroup(next, item);
    const left = item.nextElementSibling;
    if (!item.isConnected || left !== spot) this.list.insertBefore(item, spot);
    settle(this.list, item);
    if (left !== next) settle(this.list, left);
    settle(this.list, next);
  }

  /** The message that comes after this one; looked for from the end, where most belong. */
  #nextOf(item) {
    const number = order(item);
    if (number === this.oldest) return this.list.querySelector(`.message:not(#m${number})`);
    let next = null;
    for (let other = this.list.lastElementChild; other; other = other.previousElementSibling) {
      if (other === item || !other.matches(".message")) continue;
      if (order(other) <= number) break;
      next = other;
    }
    return next;
  }
}

/** What is stored by its number, then what is in the browser's database, then the rest. */
function order({ dataset: { messageId, number } }) {
  if (messageId) return Number(messageId);
  return number ? 2 ** 50 + Number(number) : Infinity;
}
