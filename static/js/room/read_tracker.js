/** Marks as read what was on the screen of somebody looking at it. */

import { isPageFocused, onPageFocusChange } from "../lib/page_focus.js";

const THROTTLE = 250;

export class ReadTracker {
  #timer = 0;
  /** Marked as unread: nothing is read until I post something. */
  isPaused = false;

  /**
   * @param {import("../net/socket.js").Connection} connection
   * @param {import("./message_store.js").MessageStore} store
   * @param {import("./scroll_position.js").ScrollPosition} scroll
   * @param {number} lastRead the read mark that the server knows
   */
  constructor(connection, store, scroll, lastRead) {
    Object.assign(this, { connection, store, scroll });
    this.sent = lastRead;
    this.confirmed = lastRead;
    scroll.addEventListener("moved", () => this.check());
    onPageFocusChange(() => this.check());
  }

  /** Whether a message of mine has not been read by anybody yet. */
  get hasUnread() {
    const { all, me } = this.store;
    return all.some((each) => each.message_id && !each.is_read && each.user_id === me.user_id);
  }

  /** Something may have come into view. A burst of messages is one frame. */
  check() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#send();
    }, THROTTLE);
  }

  /**
   * The server has moved my read mark.
   * @param {number | undefined} number
   */
  acknowledged(number) {
    this.confirmed = Math.max(this.confirmed, number ?? this.sent);
  }

  /** A new connection: what the last one did not confirm is sent again. */
  reconnected() {
    this.sent = Math.min(this.sent, this.confirmed);
    this.check();
  }

  resume() {
    this.isPaused = false;
    this.check();
  }

  #send() {
    if (!isPageFocused() || this.isPaused) return;
    const messageId = this.#lastOfOthers(this.scroll.lastSeen);
    if (messageId <= this.sent) return;
    if (this.connection.send({ type: "mark_read", message_id: messageId })) this.sent = messageId;
  }

  /** The last message by somebody else up to this one, or 0. */
  #lastOfOthers(id) {
    const { store } = this;
    const { user_id } = store.me;
    while (id >= store.oldest && (store.get(id)?.user_id ?? user_id) === user_id) id -= 1;
    return id >= store.oldest ? id : 0;
  }
}
