/**
 * The scrolling of the timeline. Its box is laid out from the bottom (`column-reverse`), so it opens
 * at the newest message without a script, stays there while messages come in, and does not jump when
 * older ones are put on top; `scrollTop` is 0 at the bottom and negative above it.
 */

import { on, parts } from "./page.js";

const NEAR = 100;
/** So much of a message has to be in view for it to be seen. */
const SEEN = 24;

export class Scroll extends EventTarget {
  #isOnTheWay = false;
  /** Remembered: to ask for it makes the browser lay out all that has just been added. */
  #top = 0;

  /**
   * @param {HTMLElement} box
   * @param {HTMLElement} list
   */
  constructor(box, list) {
    super();
    this.box = box;
    this.list = list;
    this.#top = box.scrollTop;
    on(box, "scroll", () => this.#moved());
    on(box, "scrollend", () => (this.#isOnTheWay = false));
    new ResizeObserver(() => this.#moved()).observe(box);
  }

  get isNearEnd() {
    return this.#isOnTheWay || this.#top > -NEAR;
  }

  /** The number of the last message in view, or 0. */
  get lastSeen() {
    const edge = this.box.getBoundingClientRect().bottom - SEEN;
    const item = this.#lastAbove(edge);
    return Number(item?.dataset.messageId ?? 0);
  }

  /**
   * Change the list without moving what is being read; or stay at its end.
   * @param {() => void} change
   * @param {boolean} sticks
   */
  keeping(change, sticks) {
    const anchor = sticks ? undefined : this.#lastAbove(this.box.getBoundingClientRect().bottom);
    const top = anchor?.getBoundingClientRect().top ?? 0;
    change();
    if (sticks) return this.#top && this.toEnd(this.#isOnTheWay);
    const moved = anchor?.isConnected ? anchor.getBoundingClientRect().top - top : 0;
    if (moved) this.box.scrollTop += moved;
    this.#top = this.box.scrollTop;
  }

  /** @param {boolean} [smoothly] unless it is far away */
  toEnd(smoothly = this.#top > -3 * this.box.clientHeight) {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#isOnTheWay = smoothly && !isStill && this.#top < -1;
    this.box.scrollTo({ top: 0, behavior: this.#isOnTheWay ? "smooth" : "instant" });
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
    const { bottom } = this.list.getBoundingClientRect();
    return bottom - target.getBoundingClientRect().top < this.box.clientHeight;
  }

  /** The last stored message that begins above this line. */
  #lastAbove(edge) {
    const items = parts(this.list, ".message[data-message-id]");
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
