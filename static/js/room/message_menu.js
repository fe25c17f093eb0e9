/** The menu of a message; menu_triggers.js opens it. */

import { query, queryAll } from "../lib/page.js";
import { showPopoverAt } from "../dialogs/popup.js";
import { isInTime } from "./edit_limit.js";

export class MessageMenu {
  /** @type {HTMLElement | undefined} */
  #message;
  /** @type {any} */
  #focusedBefore;
  #isPressed = false;

  /**
   * @param {HTMLElement} menu
   * @param {Record<string, (message: HTMLElement) => void>} actions what the items do, by their names
   * @param {{role: string, kind: string}} room
   */
  constructor(menu, actions, room) {
    Object.assign(this, { menu, actions, room });
    menu.addEventListener("click", (event) => this.#clicked(event));
    menu.addEventListener("pointerdown", () => (this.#isPressed = true));
    menu.addEventListener("keydown", (event) => this.#keyPressed(event));
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
    this.#setItems(message);
    this.#isPressed = false;
    const focused = document.activeElement;
    const other = focused?.closest(".message");
    // With the focus on one message and the pointer on another both would show their tools.
    this.#focusedBefore = other && other !== message ? query(message, ".post") : focused;
    showPopoverAt(this.menu, point ? pointRect(point) : this.#anchor(message));
    this.#items[0].focus();
    this.#setExpanded(true);
  }

  /**
   * Do what an item does, where the menu of this message would have it.
   * @param {string} name
   * @param {HTMLElement} message
   */
  choose(name, message) {
    this.#setItems(message);
    if (!query(this.menu, `[data-do="${name}"]`).hidden) this.actions[name](message);
  }

  #setItems(message) {
    const known = this.facts(message);
    for (const item of queryAll(this.menu, "[data-only]")) {
      item.hidden = !item.dataset.only.split(" ").every((fact) => known[fact]);
    }
  }

  close() {
    if (!this.menu.matches(":popover-open")) return;
    const hasFocus = this.menu.contains(document.activeElement);
    this.menu.hidePopover();
    if (hasFocus) this.#focusedBefore?.focus({ preventScroll: true });
    this.#setExpanded(false);
  }

  /** What an item may say it is only for. */
  facts(message) {
    const is = (/** @type {string} */ selector) => message.matches(selector);
    const isThere = is("[data-message-id]:not(.deleted, .deleting)");
    const isPinned = message.querySelector(".pin-mark") !== null;
    const isOwner = this.room.role === "owner" && this.room.kind !== "direct";
    return {
      stored: is("[data-message-id]"),
      live: isThere || is(":not([data-message-id])"),
      own: is(".own[data-message-id]"),
      there: isThere,
      editable: isThere && is(".own") && isInTime(query(message, "time").dateTime, this.room),
      pinned: isThere && isPinned,
      unpinned: isThere && !isPinned,
      filed: isThere && is(".own:has(.files)"),
      reacted: is(":has(.reaction)"),
      edited: isThere && message.querySelector(".edited") !== null,
      threaded: is("[data-thread], :has(.replies)") && !message.closest(".thread"),
      touched: matchMedia("(hover: none)").matches,
      reportable: isThere && !is(".own"),
      deletable: isThere && (is(".own") || isOwner),
    };
  }

  get #items() {
    return queryAll(this.menu, "[role=menuitem]:not([hidden])");
  }

  #anchor(message) {
    const button = query(message, ".message-more").getBoundingClientRect();
    return button.width ? button : query(message, ".bubble").getBoundingClientRect();
  }

  #clicked(event) {
    const item = event.target.closest("[data-do]");
    // The finger that opened it may be lifted above an item: that chooses nothing.
    const isIntended = this.#isPressed || event.detail === 0;
    if (!item || !isIntended || !this.#message) return;
    this.close();
    this.actions[item.dataset.do](this.#message);
  }

  #keyPressed(event) {
    const items = this.#items;
    const here = items.indexOf(event.target);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") this.close();
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length)?.focus();
  }

  #setExpanded(isOpen) {
    const button = this.#message?.querySelector(".message-more");
    button?.setAttribute("aria-expanded", String(isOpen));
  }
}

function pointRect({ clientX, clientY }) {
  return { left: clientX, top: clientY, bottom: clientY };
}
