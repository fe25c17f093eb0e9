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
  let isLoaded = false;
  /** @type {Event | undefined} of a finger that is still down */
  let press;
  const triggers = lazy(
    () => import("./menu_triggers.js"),
    (it) => {
      isLoaded = true;
      return new it.MessageMenuTriggers(list, room);
    },
    () => toast(),
  );
  const repeat = (event) => event.target.dispatchEvent(new event.constructor(event.type, event));
  // A screen reader moves the focus without a key or a pointer.
  on(list, "click submit focusin", (event) => {
    if (isLoaded || (event.type === "click" && !event.target.closest(CLICKED))) return;
    event.preventDefault();
    event.stopPropagation();
    triggers(() => repeat(event));
  });
  on(list, "pointerdown", (event) => {
    if (isLoaded || event.pointerType !== "touch") return;
    press = event;
    triggers(() => press === event && repeat(event));
  });
  on(list, "pointerup pointercancel", () => (press = undefined));
  return triggers;
}
