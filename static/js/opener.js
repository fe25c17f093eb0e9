/** What opens the menu of a message: its button, a long touch, the menu key. The menu is loaded then. */

import { lazily } from "./lazily.js";
import { element, on } from "./page.js";
import { toast } from "./toast.js";

const LONG = 500;

export class MenuOpener {
  #press = 0;

  /**
   * @param {HTMLElement} list
   * @param {import("./types.js").RoomData} data
   * @param {import("./types.js").Say} say
   * @param {(number: number) => void} unread a message was marked as unread
   */
  constructor(list, data, say, unread) {
    this.menu = lazily(
      () => Promise.all([import("./menu.js"), import("./deeds.js")]),
      ([{ MessageMenu }, { deeds }]) =>
        new MessageMenu(element("message-menu"), deeds(data, say, unread)),
      () => toast(say("no_connection")),
    );
    on(list, "click", ({ target }) => this.#clicked(target));
    this.#watchPointer(list);
  }

  /**
   * @param {HTMLElement} message
   * @param {{clientX: number, clientY: number}} [point]
   */
  open(message, point) {
    this.menu((menu) => menu.open(message, point));
  }

  #clicked(target) {
    const message = target.closest(".message");
    if (target.closest(".message-more")) this.open(message);
    else if (target.closest('.own[data-read="true"] .mark')) {
      this.menu((menu) => menu.acts.showReaders(message));
    }
  }

  /** Android says "contextmenu" to a long touch, and a menu key to the focused message; iOS nothing. */
  #watchPointer(list) {
    on(list, "contextmenu", (event) => {
      const message = event.target.closest(".message");
      if (!message || event.pointerType === "mouse") return;
      event.preventDefault();
      this.open(message, event.pointerType === "touch" ? event : undefined);
    });
    on(list, "pointerdown", (event) => {
      const message = event.target.closest(".message");
      // The focus stays where it is, and is there again when the menu closes.
      if (event.target.closest(".message-more")) event.preventDefault();
      if (event.pointerType !== "touch" || !message || event.target.closest("a, button")) return;
      this.#press = setTimeout(() => this.open(message, event), LONG);
    });
    on(list, "pointerup pointercancel pointerleave", () => clearTimeout(this.#press));
  }
}
