/** The list of messages: ordered by number, each once, what is still on its way last. */

import { copyOf, part, parts, tell } from "./page.js";
import { initial, paint, shownName, write } from "./text.js";
import { showTime } from "./times.js";
import { settle, settleAll } from "./grouping.js";

/** @typedef {import("./types.js").MessageFrame} MessageFrame */

export class Timeline {
  /** @type {Map<number, HTMLElement>} */
  #byNumber = new Map();
  /** @type {Map<string, HTMLElement>} */
  #pending = new Map();

  /**
   * @param {HTMLElement} list
   * @param {{user_id: number, username: string, display_name?: string}} me
   * @param {import("./types.js").Say} say
   */
  constructor(list, me, say) {
    this.list = list;
    this.me = me;
    this.say = say;
    for (const item of parts(list, ".message")) this.#byNumber.set(order(item), item);
    settleAll(list);
  }

  /** The newest number shown of a message by somebody else, or 0. */
  get newestOfOthers() {
    return Number(parts(this.list, ".message:not(.own)").at(-1)?.dataset.messageId ?? 0);
  }

  /** The oldest number shown, or undefined. */
  get oldest() {
    const first = this.list.querySelector(".message[data-message-id]");
    return first ? order(first) : undefined;
  }

  /**
   * Show a stored message, unless it is shown already.
   * @param {MessageFrame} frame
   * @returns {boolean} whether it was new
   */
  add(frame) {
    const isOwn = frame.user_id === this.me.user_id || frame.type === "message_sent";
    const clientId = isOwn ? (frame.client_id ?? "") : "";
    // An answer from before the oldest shown: it would leave a gap that nothing fills.
    const isFar = frame.type === "message_sent" && frame.message_id < (this.oldest ?? 0);
    if (isFar || this.#byNumber.has(frame.message_id)) {
      this.discard(clientId);
      return false;
    }
    const item = this.#pending.get(clientId) ?? this.#make(isOwn ? this.me : frame);
    this.#pending.delete(clientId);
    item.id = `m${frame.message_id}`;
    item.dataset.messageId = String(frame.message_id);
    if (clientId) item.dataset.clientId = clientId;
    item.dataset.read = String(frame.is_read ?? false);
    this.#fill(item, frame.message, frame.timestamp, frame.html);
    this.#setState(item, "sent");
    this.#byNumber.set(frame.message_id, item);
    this.#place(item);
    return true;
  }

  /**
   * Show a message of mine that is not stored yet, as far as it has come.
   * @param {import("./types.js").Draft} draft
   */
  showDraft({ client_id, text, at, number, failure }) {
    const known = this.#pending.get(client_id);
    const item = known ?? this.#make(this.me);
    Object.assign(item.dataset, { clientId: client_id, number: number ?? "", read: "false" });
    part(item, ".failure-text").textContent = failure ?? "";
    this.#setState(item, failure ? "failed" : "pending");
    if (known) return;
    this.#fill(item, text, at);
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
      this.#setState(item, "sent");
    }
  }

  /**
   * Somebody is called something else.
   * @param {{user_id: number, username: string, display_name?: string}} author
   */
  rename(author) {
    const name = shownName(author);
    for (const item of parts(this.list, `.message[data-author-id="${author.user_id}"]`)) {
      tell(part(item, ".author bdi"), name);
      tell(part(item, ".avatar"), initial(name));
    }
  }

  /** Whether a message of mine still waits for its reader. */
  get hasUnseen() {
    return this.list.querySelector('.own[data-read="false"][data-message-id]') !== null;
  }

  #make(author) {
    const { user_id } = author;
    const item = copyOf("message-template");
    item.dataset.authorId = String(user_id);
    const isOwn = user_id === this.me.user_id;
    item.classList.toggle("own", isOwn);
    if (!isOwn) part(item, ".meta").querySelector(".mark")?.remove();
    part(item, ".author bdi").textContent = shownName(author);
    part(item, ".avatar").textContent = initial(shownName(author));
    paint(user_id, part(item, ".avatar"), part(item, ".author"));
    return item;
  }

  #fill(item, text, timestamp, html) {
    write(part(item, ".text"), text, html);
    showTime(part(item, "time"), timestamp);
  }

  #setState(item, state) {
    item.dataset.state = state;
    const key = state === "sent" && item.dataset.read === "true" ? "read" : state;
    item.querySelector(".mark")?.setAttribute("aria-label", this.say(key));
    if (state === "sent") item.querySelector(".failure")?.remove();
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

/** The day line and the like that stand before a message belong to it. */
function firstOfGroup(message, except) {
  let first = message;
  for (;;) {
    const before = first.previousElementSibling;
    if (!before || before === except || before.matches(".message")) return first;
    first = before;
  }
}
