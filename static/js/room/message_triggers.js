/**
 * What answers to what is done to messages is loaded with the first sign that somebody is here. What is done before it
 * is there waits for it.
 */

import { toast } from "../dialogs/toast.js";
import { lazy } from "../lib/lazy.js";
import { on } from "../lib/page.js";

/** What answers a click: without scripts some of it leads to pages. */
const CLICKED = ".message-more, [data-do], .undo, .mark, .author, .avatar, .mention";

/**
 * @param {HTMLElement} list of messages
 * @param {any} room what the actions need: see message_actions.js
 * @returns {(use: (it: import("./menu_triggers.js").MessageMenuTriggers) => any) => Promise<any>}
 */
export function messageTriggers(list, room) {
  let isIn = false;
  /** @type {Event | undefined} of a finger that is still down */
  let press;
  const load = lazy(
    () => import("./menu_triggers.js"),
    (it) => {
      isIn = true;
      return new it.MessageMenuTriggers(list, room);
    },
    () => toast(),
  );
  const repeat = (it) => it.target.dispatchEvent(new it.constructor(it.type, it));
  // A screen reader moves the focus without a key or a pointer. Of the keys letters do something to a message.
  on(list, "click submit focusin keydown", (event) => {
    const { type, target, code } = event;
    if (isIn || (type === "click" && !target.closest(CLICKED)) || (code && code[0] !== "K")) return;
    if (!code) event.preventDefault();
    event.stopPropagation();
    load(() => repeat(event));
  });
  on(list, "pointerdown", (event) => {
    if (isIn || event.pointerType !== "touch") return;
    press = event;
    load(() => press === event && repeat(event));
  });
  on(list, "pointerup pointercancel", () => (press = undefined));
  return load;
}
