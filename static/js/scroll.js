/**
 * The scrolling of the timeline. Its box is laid out from the bottom (`column-reverse`), so it opens
 * at the newest message without a script, stays there while messages come in, and does not jump when
 * older ones are put on top; `scrollTop` is 0 at the bottom and negative above it.
 */

import { part } from "./page.js";

const NEAR = 48;

export class Scroll extends EventTarget {
  #missed = 0;

  /**
   * @param {HTMLElement} box
   * @param {HTMLElement} button leads to the newest message
   */
  constructor(box, button) {
    super();
    this.box = box;
    this.button = button;
    this.counter = part(button, ".to-newest-count");
    button.addEventListener("click", () => this.toNewest(true));
    box.addEventListener("scroll", () => this.#moved(), { passive: true });
    new ResizeObserver(() => this.#moved()).observe(box);
  }

  get isAtNewest() {
    return this.box.scrollTop > -NEAR;
  }

  /**
   * Do something that adds to the end of the list, without moving what is being read.
   * @param {() => boolean} add tells whether a message that is worth a look came in
   */
  keeping(add) {
    const wasAtNewest = this.isAtNewest;
    const height = this.box.scrollHeight;
    const isNews = add();
    if (wasAtNewest) return;
    this.box.scrollTop -= this.box.scrollHeight - height;
    if (isNews) this.#miss(this.#missed + 1);
  }

  /** @param {boolean} [smoothly] */
  toNewest(smoothly = false) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.box.scrollTo({ top: 0, behavior: smoothly && !still ? "smooth" : "instant" });
    this.#moved();
  }

  /**
   * Show an element near the top unless it is in view.
   * @param {Element} target
   */
  reveal(target) {
    const above = target.getBoundingClientRect().top - this.box.getBoundingClientRect().top;
    if (above < 0) this.box.scrollTop += above - 24;
    this.#moved();
  }

  #moved() {
    if (this.isAtNewest) this.#miss(0);
    this.button.hidden = this.isAtNewest;
    this.dispatchEvent(new Event("moved"));
  }

  #miss(count) {
    this.#missed = count;
    this.counter.hidden = count === 0;
    this.counter.textContent = count > 99 ? "99+" : String(count);
  }
}
