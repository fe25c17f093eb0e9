/** Shows the messages of the store in their order, with day lines and the line above what is unread. */

import { createMessage, readMessage, setAuthor, setContent, setLabel, setState } from "./message_element.js";
import { cloneTemplate, on, queryAll } from "../lib/page.js";
import { hasDetails } from "./message_fields.js";
import { firstOfGroup, following, regroup, regroupAll } from "./grouping.js";

/** @typedef {import("../lib/types.js").Message} Message */

export class Timeline {
  /** @type {Map<Message, HTMLElement>} */
  #elements = new Map();
  /** @type {import("./message_details.js").MessageDetails | undefined} once it is loaded */
  details;
  /** Called when a message has details, and what shows them is not loaded. */
  detailsNeeded = () => {};
  /** The id of the message under the line "new since your last visit". */
  firstUnread = 0;

  /**
   * @param {HTMLElement} list with the messages that the server has rendered: they are read here once
   * @param {import("./message_store.js").MessageStore} store
   * @param {import("../lib/types.js").RoomData} data
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(list, store, data, t) {
    Object.assign(this, { list, store, t });
    this.firstUnread = data.first_unread ?? 0;
    this.unreadLine = list.querySelector(".unread-line") ?? cloneTemplate("unread-template");
    for (const item of queryAll(list, ".message")) {
      const message = readMessage(item);
      store.load(message);
      this.#elements.set(message, item);
      setLabel(item);
    }
    regroupAll(list);
    on(store, "add", ({ detail }) => this.#add(detail));
    on(store, "content", ({ detail }) => this.#updateContent(detail));
    on(store, "state", ({ detail }) => this.#updateState(detail));
    on(store, "author", ({ detail }) => setAuthor(this.element(detail), detail));
    on(store, "remove", ({ detail }) => this.#remove(detail));
  }

  /**
   * @param {Message | undefined} message
   * @returns {any}
   */
  element(message) {
    return message && this.#elements.get(message);
  }

  /** The elements of all messages in their order. */
  get elements() {
    return this.store.all.map((message) => this.element(message));
  }

  #add(message) {
    const item = createMessage(message, message.user_id === this.store.me.user_id);
    this.#elements.set(message, item);
    this.#updateContent(message);
  }

  #updateContent(message) {
    const item = this.element(message);
    setContent(item, message);
    this.#showState(item, message);
    this.#place(item, message);
    if (message.message_id === this.firstUnread) this.drawUnreadLine(message);
  }

  #updateState(message) {
    const item = this.element(message);
    this.#showState(item, message);
    if (!message.message_id) this.#place(item, message);
  }

  #showState(item, message) {
    setState(item, message, this.t);
    if (this.details) this.details.show(item, message);
    else if (hasDetails(message)) this.detailsNeeded();
  }

  #remove(messages) {
    const items = new Set(messages.map((message) => this.element(message)));
    const following = [...items].map((item) => item.nextElementSibling);
    for (const message of messages) {
      this.#elements.delete(message);
      if (message.message_id === this.firstUnread) this.unreadLine.remove();
    }
    for (const item of items) item.remove();
    regroup(this.list, following.find((item) => item?.isConnected) ?? null);
  }

  /** @param {Message | undefined} message the first unread one, where it is loaded */
  drawUnreadLine(message) {
    const item = this.element(message);
    if (!item) return;
    this.list.insertBefore(this.unreadLine, item);
    regroup(this.list, item);
  }

  #place(item, message) {
    const next = this.element(this.store.next(message)) ?? null;
    const spot = next && firstOfGroup(next, item);
    const left = following(item);
    // What is in its place is not moved: it would lose its focus and its selection.
    if (!item.isConnected || left !== spot) this.list.insertBefore(item, spot);
    regroup(this.list, item);
    if (left !== next) regroup(this.list, left);
    regroup(this.list, next);
  }
}
