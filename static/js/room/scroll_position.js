/**
 * The scrolling of the timeline. Its box is laid out from the bottom (`column-reverse`), so it opens
 * at the newest message without a script, stays there while messages come in, and does not jump when
 * older ones are put on top; `scrollTop` is 0 at the bottom and negative above it.
 */

import { on } from "../lib/page.js";

/** In pixels: so near to the end it counts as there. */
const END_MARGIN = 100;
/** So much of a message has to be in view for it to be seen. */
const MIN_VISIBLE = 24;

export class ScrollPosition extends EventTarget {
  #isScrolling = false;
  /** Cached: reading it makes the browser lay out all that has just been added. */
  #top = 0;
  /** What is scrolled is rounded: so much of a pixel is still to be made up for. */
  #rest = 0;

  /**
   * @param {HTMLElement} box
   * @param {import("./timeline.js").Timeline} timeline
   */
  constructor(box, timeline) {
    super();
    this.box = box;
    this.timeline = timeline;
    this.#top = box.scrollTop;
    on(box, "scroll", () => this.#moved());
    on(box, "scrollend", () => (this.#isScrolling = false));
    new ResizeObserver(() => this.#moved()).observe(box);
  }

  get isNearEnd() {
    return this.#isScrolling || this.#top > -END_MARGIN;
  }

  /** The id of the last message in view, or 0. */
  get lastSeen() {
    const edge = this.box.getBoundingClientRect().bottom - MIN_VISIBLE;
    const item = this.#lastAbove(edge);
    return Number(item?.dataset.messageId ?? 0);
  }

  /**
   * Change the list without moving what is being read; or, pinned, stay at its end.
   * @param {() => void} change
   * @param {boolean} isPinned
   */
  preserve(change, isPinned) {
    const anchor = isPinned ? undefined : this.#lastAbove(this.box.getBoundingClientRect().bottom);
    const top = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (isPinned) return this.#top && this.toEnd(this.#isScrolling);
    const moved = anchor?.offsetParent ? anchor.getBoundingClientRect().top - top + this.#rest : 0;
    const wanted = this.box.scrollTop + moved;
    // Also what would move nothing ends a smooth scrolling.
    if (Math.round(moved)) this.box.scrollTop = wanted;
    this.#top = this.box.scrollTop;
    this.#rest = (wanted - this.#top) % 1;
  }

  /** @param {boolean} [smoothly] unless it is far away */
  toEnd(smoothly = this.#top > -3 * this.box.clientHeight) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#isScrolling = smoothly && !isStill && this.#top < -1;
    this.box.scrollTo({ top: 0, behavior: this.#isScrolling ? "smooth" : "instant" });
    this.#moved();
  }

  /**
   * Put an element into view, a part of the box's height below its top.
   * @param {Element} target
   * @param {number} share
   */
  show(target, share) {
    const { top, height } = this.box.getBoundingClientRect();
    this.box.scrollTop += target.getBoundingClientRect().top - top - height * share;
    this.#moved();
  }

  /**
   * Whether all that follows an element fits into the box with it.
   * @param {Element} target
   */
  fitsFrom(target) {
    const { bottom } = this.timeline.list.getBoundingClientRect();
    return bottom - target.getBoundingClientRect().top < this.box.clientHeight;
  }

  /** The last stored message that begins above this line. */
  #lastAbove(edge) {
    const items = this.timeline.elements.filter((item) => item.matches("[data-message-id]:not(.collapsed, [hidden])"));
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (items[middle].getBoundingClientRect().top < edge) low = middle + 1;
      else high = middle;
    }
    return items[low - 1];
  }

  #moved() {
    this.#top = this.box.scrollTop;
    this.dispatchEvent(new Event("moved"));
  }
}
