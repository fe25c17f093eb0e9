/** The button that leads back up to the first unread message, while the line above it is out of view. */

import { on, query } from "../lib/page.js";
import { toast } from "../dialogs/toast.js";

/**
 * The read mark does not say when all is read: it moves to the end with whoever jumps there. What counts is what
 * has been in view, one message after the other.
 */
export class JumpToUnreadButton {
  /** From the first unread message up to this one all have been in view. */
  #seen = 0;
  #isDone = false;

  /**
   * @param {HTMLElement} button
   * @param {import("./history.js").History} history
   * @param {import("./read_tracker.js").ReadTracker} readTracker
   */
  constructor(button, history, readTracker) {
    Object.assign(this, { button, history, readTracker, timeline: history.timeline });
    on(button, "click", () => this.#jump());
    this.restart();
  }

  /** The line stands elsewhere now, or nowhere. */
  restart() {
    this.#seen = this.timeline.firstUnread - 1;
    this.#isDone = !this.timeline.firstUnread;
  }

  show() {
    if (this.#isDone) return;
    const { scroll, store } = this.history;
    if (this.#firstInView <= this.#seen + 1) this.#seen = Math.max(this.#seen, scroll.lastSeen);
    // What was marked as unread stays so until something is posted.
    this.#isDone = this.#seen >= store.revision && !this.readTracker.isPaused;
    this.button.hidden = this.#isDone || !this.#isAbove;
  }

  /** The id of the first message of which something is in view. */
  get #firstInView() {
    const { top } = this.history.scroll.box.getBoundingClientRect();
    const isShown = (item) => item.matches("[data-message-id]:not(.collapsed, [hidden])");
    const isInView = (item) => isShown(item) && item.getBoundingClientRect().bottom > top;
    return Number(this.timeline.elements.find(isInView)?.dataset.messageId ?? Infinity);
  }

  get #isAbove() {
    const { store, scroll } = this.history;
    const { firstUnread, unreadLine } = this.timeline;
    if (!unreadLine.isConnected) return firstUnread < store.oldest;
    return unreadLine.getBoundingClientRect().bottom <= scroll.box.getBoundingClientRect().top;
  }

  async #jump() {
    const { firstUnread, unreadLine } = this.timeline;
    const isFound = await this.history.pages((it) => it.jumpTo(firstUnread)).then(() => true, () => false);
    const item = this.timeline.element(this.history.store.get(firstUnread));
    if (!isFound || !item) return toast();
    this.history.scroll.show(unreadLine.isConnected ? unreadLine : item, 0.15);
    // The button goes: who came by keyboard reads on from here.
    query(item, ".post").focus({ preventScroll: true });
  }
}
