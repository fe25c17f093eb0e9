/**
 * Lets the server know that what others have done to messages was seen: whoever comes back later is told of the
 * rest alone. Loaded with the first such change, or where the page came with one. New messages are marked as read by read_tracker.js, and seen with that.
 */

import { on } from "../lib/page.js";
import { isPageFocused, onPageFocusChange } from "../lib/page_focus.js";

/** In milliseconds: a burst of changes is one frame. */
const DELAY = 2_000;

export class SeenTracker {
  #timer = 0;
  /** Whether there may be something that the server does not know to be seen. */
  #isOwed = true;

  /**
   * @param {import("../net/socket.js").Connection} connection
   * @param {import("./history.js").History} history
   * @param {import("./read_tracker.js").ReadTracker} readTracker
   */
  constructor(connection, history, readTracker) {
    Object.assign(this, { connection, history, readTracker });
    on(connection, "state", () => connection.isOnline && this.#check());
    on(history.scroll, "moved", () => this.#check());
    onPageFocusChange(() => this.#check());
    this.#check();
  }

  /** @param {{by?: number, user_id: number}} frame about a change of a message */
  heard({ by, user_id }) {
    if ((by ?? user_id) === this.history.store.me.user_id) return;
    this.#isOwed = true;
    this.#check();
  }

  #check() {
    if (this.#isOwed) this.#timer ||= setTimeout(() => this.#send(), DELAY);
  }

  #send() {
    this.#timer = 0;
    const { store, isPinned } = this.history;
    if (!isPageFocused() || !isPinned || this.readTracker.isPaused) return;
    if (this.connection.send({ type: "mark_read", message_id: store.revision })) this.#isOwed = false;
  }
}
