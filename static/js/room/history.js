/**
 * The stretch of the room's history that the page holds: without a hole, not too long, and moved by scrolling.
 * What is posted while it does not reach the end is counted, not shown.
 */

import { lazy } from "../lib/lazy.js";
import { on } from "../lib/page.js";

/** @typedef {import("../lib/types.js").MessageFrame} MessageFrame */

/** Dispatches `changed`, `fetched` with messages, and `events` with what has happened behind them. */
export class History extends EventTarget {
  /** @type {Map<number, MessageFrame>} resumed before messages that they follow, by id */
  #early = new Map();
  /** Whether there may be more on the page than it was opened with. */
  hasFetched = false;
  isRepairing = false;
  /** Whether something was found to be missing and could not be fetched. */
  needsRepair = false;
  /** What follows the links at the ends by itself: loaded when one may come near. */
  #ends = (/** @type {(ends: any[]) => any} */ _use) => {};
  #isMoved = false;
  /** Loads what moves with messages when pages of them come and go. @returns {Promise<any>} */
  prepare = async () => {};
  /** What fetches pages. @throws {Error} where it cannot be loaded */
  pages = lazy(
    () => import("./history_pages.js"),
    (it) => new it.HistoryPages(this),
    () => {
      throw new Error("No connection");
    },
  );

  /**
   * @param {import("./message_store.js").MessageStore} store
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./scroll_position.js").ScrollPosition} scroll
   * @param {{room: number, limits: import("../lib/types.js").Limits, older: HTMLElement,
   *   beginning: HTMLElement, newer: HTMLElement, failed: string}} options
   */
  constructor(store, timeline, scroll, { room, limits, older, beginning, newer, failed }) {
    super();
    Object.assign(this, { store, timeline, scroll, room, limits, beginning });
    this.hasOlder = !older.hidden;
    const loadOlder = () => this.pages((it) => it.loadOlder());
    const loadNewer = () => this.pages((it) => it.loadNewer(false));
    this.links = [older, newer];
    const loads = [loadOlder, loadNewer];
    this.#ends = lazy(
      () => import("./infinite_scroll.js"),
      (it) => this.links.map((link, index) => new it.InfiniteScroll(link, scroll.box, loads[index], failed)),
    );
    this.links.forEach((link, index) => on(link, "click", (event) => {
      event.preventDefault();
      this.#ends((ends) => ends[index].loadMore());
    }));
    on(scroll.box, "scroll", () => {
      if (!this.#isMoved) this.#observeAgain((this.#isMoved = true));
    });
    this.changed();
    // With less than two screens a link may be near without scrolling.
    this.#observeAgain(scroll.box.scrollHeight < 2 * scroll.box.clientHeight);
  }

  /** Whether the latest message is in view and stays there. */
  get isPinned() {
    return this.store.isAtEnd && this.scroll.isNearEnd;
  }

  /**
   * A message was posted, or is resumed, or an answer about it is repeated.
   * @param {MessageFrame} frame
   * @param {boolean} isLive
   */
  receive(frame, isLive) {
    const { store } = this;
    // What is resumed comes by its last change: an edited message after those that follow it.
    if (!isLive && frame.message_id > store.revision + 1) {
      this.#early.set(frame.message_id, frame);
      return;
    }
    this.#put(frame);
    for (let next; (next = this.#early.get(store.revision + 1)); ) this.#put(next);
  }

  #put(frame) {
    const { store, isPinned } = this;
    const { isAtEnd, oldest, newest, size } = store;
    const { history_max } = this.limits;
    const id = frame.message_id;
    this.#early.delete(id);
    store.revision = Math.max(store.revision, id);
    const follows = isAtEnd && id === newest + 1 && (isPinned || size < history_max);
    if (follows || (id >= oldest && id <= newest)) {
      this.scroll.preserve(() => store.put(frame), isPinned);
      if (isPinned && store.trim(history_max, true)) this.hasOlder = true;
    } else store.acknowledge(frame);
    if (isAtEnd && id > newest + 1) this.#repair(isPinned);
    this.changed();
  }

  /**
   * The stream has caught up with this message.
   * @param {number} revision
   */
  caughtUp(revision) {
    for (const frame of [...this.#early.values()]) this.#put(frame);
    const { store } = this;
    const isOwed = store.isAtEnd || this.needsRepair;
    store.revision = Math.max(store.revision, revision);
    if (isOwed && !store.isAtEnd) this.#repair(this.scroll.isNearEnd);
    this.#observeAgain();
    this.changed();
  }

  /** Show the latest message, wherever the page is. */
  async jumpToLatest() {
    if (this.store.isAtEnd) return this.scroll.toEnd();
    const isShown = await this.pages((it) => it.showLatest()).catch(() => false);
    // A message of mine is seen, also while what it follows cannot be fetched.
    if (!isShown) this.timeline.list.removeAttribute("data-partial");
    this.scroll.toEnd(false);
  }

  #repair(isPinned) {
    this.pages((it) => it.repair(isPinned)).catch(() => (this.needsRepair = true));
  }

  #observeAgain(isNear = this.#isMoved) {
    if (isNear && this.links.some((link) => !link.hidden)) this.#ends((ends) => ends.forEach((end) => end.observeAgain()));
  }

  #showLink(link, hasMore) {
    if (link.hidden !== hasMore) return;
    link.hidden = !hasMore;
    this.#observeAgain();
  }

  /** Show what there is beyond. */
  changed() {
    const { isAtEnd } = this.store;
    const [older, newer] = this.links;
    this.#showLink(older, this.hasOlder);
    this.beginning.hidden = this.hasOlder;
    this.#showLink(newer, !isAtEnd);
    this.timeline.list.toggleAttribute("data-partial", !isAtEnd);
    this.dispatchEvent(new Event("changed"));
  }
}
