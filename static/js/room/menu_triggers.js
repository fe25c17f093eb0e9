/**
 * What opens the menu of a message: its button, a long press, the menu key. Loaded with the first sign that somebody is
 * here; the menu, when it is opened.
 */

import { lazy } from "../lib/lazy.js";
import { element, hasModifier, on, queryAll } from "../lib/page.js";
import { toast } from "../dialogs/toast.js";

const LONG_PRESS = 500;
/** On a focused message, by the place of the key: in any layout. */
const KEYS = { KeyR: "reply", KeyE: "edit", KeyU: "markUnread" };

export class MessageMenuTriggers {
  #press = 0;
  /** Whether the finger that has opened the menu is still to be lifted. */
  #isHeld = false;

  /**
   * @param {HTMLElement} list
   * @param {any} room what the actions need: see message_actions.js
   */
  constructor(list, room) {
    this.room = room;
    this.menu = lazy(
      () => Promise.all([import("./message_menu.js"), import("./message_actions.js")]),
      ([{ MessageMenu }, { messageActions }]) =>
        new MessageMenu(element("message-menu"), messageActions(room), room.data),
      () => toast(),
    );
    this.tools = lazy(
      () => import("./message_tools.js"),
      (it) => new it.MessageTools(room.members),
    );
    this.listen(list);
    // The pointer and the focus may have come before.
    for (const each of [...queryAll(list, ":hover").slice(-1), document.activeElement]) {
      if (each && list.contains(each)) this.tools((it) => it.show(each));
    }
  }

  /** @param {HTMLElement} list of messages */
  listen(list) {
    on(list, "pointerover focusin", ({ target }) => this.tools((it) => it.show(target)));
    on(list, "click", (event) => this.#clicked(event));
    on(list, "keydown", (event) => this.#keyPressed(event));
    on(list, "submit", (event) => this.#submitted(event));
    this.#listenToPointer(list);
  }

  /**
   * @param {HTMLElement} message
   * @param {{clientX: number, clientY: number}} [point]
   */
  open(message, point) {
    this.menu((menu) => menu.open(message, point));
  }

  #clicked(event) {
    const { target } = event;
    if (this.#isHeld && event.detail) {
      // A quote is a link, and what is lifted from it follows none.
      event.preventDefault();
      return event.stopPropagation();
    }
    const message = target.closest(".message");
    const tool = target.closest("[data-do]");
    if (tool) {
      // Without scripts some of them lead to pages.
      event.preventDefault();
      this.#do(tool.dataset.do, message);
    } else if (target.closest(".undo")) this.room.commands((it) => it.undo(Number(message.dataset.messageId)));
    else if (target.closest(".message-more")) {
      event.preventDefault();
      this.open(message);
    } else if (target.closest('.own[data-read="true"] .mark')) {
      this.#do("showReaders", message);
    } else {
      const name = target.closest(".author, .avatar, .mention");
      if (name) this.#do("showPerson", name);
    }
  }

  /** @param {any} target what the action is about: most are about a message */
  #do(action, target) {
    this.menu((menu) => menu.actions[action](target));
  }

  #keyPressed(event) {
    const { target, code } = event;
    if (!KEYS[code] || hasModifier(event) || !target.matches(".post")) return;
    event.preventDefault();
    this.menu((menu) => menu.choose(KEYS[code], target.closest(".message")));
  }

  /** A reaction was pressed: mine comes, or goes. */
  #submitted(event) {
    event.preventDefault();
    const { name, value } = event.submitter;
    const message_id = Number(event.target.closest(".message").dataset.messageId);
    const command = { type: "react", message_id, emoji: value, is_on: name === "on" };
    this.room.commands((it) => it.change(command));
  }

  /** Android fires `contextmenu` for a long press, a menu key for the focused message; iOS fires nothing. */
  #listenToPointer(list) {
    on(list, "contextmenu", (event) => {
      const message = event.target.closest(".message:not(.selectable)");
      if (!message || event.pointerType === "mouse") return;
      event.preventDefault();
      this.open(message, event.pointerType === "touch" ? event : undefined);
    });
    on(list, "pointerdown", (event) => {
      const message = event.target.closest(".message:not(.selectable)");
      // The focus stays where it is, and is there again when the menu closes.
      if (event.target.closest(".message-more")) event.preventDefault();
      this.#isHeld = false;
      if (event.pointerType !== "touch" || !message || event.target.closest("a:not(.quote), button")) return;
      this.#press = setTimeout(() => {
        this.#isHeld = true;
        this.open(message, event);
      }, LONG_PRESS);
    });
    on(list, "pointerup pointercancel pointerleave", () => clearTimeout(this.#press));
  }
}
