/** The menu of a message; what opens it is in gestures.js. */

import { part, parts } from "./page.js";
import { openAt } from "./popup.js";

export class MessageMenu {
  /** @type {HTMLElement | undefined} */
  #message;
  /** @type {any} where the focus was */
  #before;
  #isTouched = false;

  /**
   * @param {HTMLElement} menu
   * @param {Record<string, (message: HTMLElement) => void>} acts what the items do, by their names
   */
  constructor(menu, acts) {
    this.menu = menu;
    this.acts = acts;
    menu.addEventListener("click", (event) => this.#chosen(event));
    menu.addEventListener("pointerdown", () => (this.#isTouched = true));
    menu.addEventListener("keydown", (event) => this.#pressed(event));
    // An automatic popover would close when the finger that opened it is lifted.
    document.addEventListener("pointerdown", (event) => {
      if (!menu.contains(event.target)) this.close();
    });
  }

  /**
   * @param {HTMLElement} message
   * @param {{clientX: number, clientY: number}} [point]
   */
  open(message, point) {
    // While this was loaded the message may have gone.
    if (this.menu.matches(":popover-open") || !message.isConnected) return;
    this.#message = message;
    const { isStored, isOwn } = facts(message);
    for (const item of parts(this.menu, "[data-only]")) {
      item.hidden = !isStored || (item.dataset.only === "own" && !isOwn);
    }
    this.#isTouched = false;
    this.#before = document.activeElement;
    openAt(this.menu, point ? at(point) : this.#spot(message));
    this.#items[0].focus();
    this.#tellButton(true);
  }

  close() {
    if (!this.menu.matches(":popover-open")) return;
    const hasFocus = this.menu.contains(document.activeElement);
    this.menu.hidePopover();
    if (hasFocus) this.#before?.focus({ preventScroll: true });
    this.#tellButton(false);
  }

  get #items() {
    return parts(this.menu, "[role=menuitem]:not([hidden])");
  }

  #spot(message) {
    const button = part(message, ".message-more").getBoundingClientRect();
    return button.width ? button : part(message, ".bubble").getBoundingClientRect();
  }

  #chosen(event) {
    const item = event.target.closest("[data-do]");
    // The finger that opened it may be lifted above an item: that chooses nothing.
    const isMeant = this.#isTouched || event.detail === 0;
    if (!item || !isMeant || !this.#message) return;
    this.close();
    this.acts[item.dataset.do](this.#message);
  }

  #pressed(event) {
    const items = this.#items;
    const here = items.indexOf(event.target);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") this.close();
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length)?.focus();
  }

  #tellButton(isOpen) {
    const button = this.#message?.querySelector(".message-more");
    button?.setAttribute("aria-expanded", String(isOpen));
  }
}

function facts({ dataset, classList }) {
  return { isStored: Boolean(dataset.messageId), isOwn: classList.contains("own") };
}

function at({ clientX, clientY }) {
  return { left: clientX, top: clientY, bottom: clientY };
}
