/** The menu of a message: by its button, by a long touch, by Enter on the message. */

import { part, parts } from "./page.js";
import { openAt } from "./popup.js";

const LONG = 500;

export class MessageMenu {
  /** @type {HTMLElement | undefined} */
  #message;
  /** @type {any} where the focus was */
  #before;
  #press = 0;
  #isTouched = false;

  /**
   * @param {HTMLElement} menu
   * @param {HTMLElement} list
   * @param {Record<string, (message: HTMLElement) => void>} acts what the items do, by their names
   */
  constructor(menu, list, acts) {
    this.menu = menu;
    this.acts = acts;
    menu.addEventListener("click", (event) => this.#chosen(event));
    menu.addEventListener("pointerdown", () => (this.#isTouched = true));
    menu.addEventListener("keydown", (event) => this.#pressed(event));
    // An automatic popover would close when the finger that opened it is lifted.
    document.addEventListener("pointerdown", (event) => {
      if (!menu.contains(event.target)) this.close();
    });
    list.addEventListener("click", (event) => {
      if (event.target.closest(".message-more")) this.open(event.target.closest(".message"));
    });
    // The focus stays where it is, and is there again when the menu closes.
    list.addEventListener("pointerdown", (event) => {
      if (event.target.closest(".message-more")) event.preventDefault();
    });
    this.#watchTouch(list);
  }

  /**
   * @param {HTMLElement} message
   * @param {{clientX: number, clientY: number}} [point]
   */
  open(message, point) {
    if (this.menu.matches(":popover-open")) return;
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

  /** Android says "contextmenu" to a long touch, and a menu key to the focused message; iOS nothing. */
  #watchTouch(list) {
    list.addEventListener("contextmenu", (event) => {
      const message = event.target.closest(".message");
      if (!message || event.pointerType === "mouse") return;
      event.preventDefault();
      this.open(message, event.pointerType === "touch" ? event : undefined);
    });
    list.addEventListener("pointerdown", (event) => {
      const message = event.target.closest(".message");
      if (event.pointerType !== "touch" || !message || event.target.closest("a, button")) return;
      this.#press = setTimeout(() => this.open(message, event), LONG);
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      list.addEventListener(name, () => clearTimeout(this.#press));
    }
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
