/**
 * The buttons beside a message that the pointer or the focus is on, made with the first one; that of its
 * code; and who has reacted, while one points at it.
 */

import { cloneTemplate, hasModifier, on, query, queryAll } from "../lib/page.js";
import { displayName } from "../lib/text.js";
import { roomStore } from "../lobby/store.js";
import { offerCopy } from "./copy_code.js";

/** More names than these are behind the menu. */
const MAX_NAMES = 10;
/** What opens the card of a person; grouped messages and one's own have their author's name for screen readers alone. */
const PEOPLE = '.message:not(.own, .continued) .author, .mention:not([data-user-id="0"])';

export class MessageTools {
  /** @param {import("./members.js").Members} members */
  constructor(members) {
    this.members = members;
    on(document, "keydown", (event) => this.#keyPressed(event));
  }

  /** @param {any} target in a message, or not */
  show(target) {
    const message = target.closest(".message");
    if (!message?.isConnected) return;
    const more = query(message, ".message-more");
    more.setAttribute("aria-haspopup", "menu");
    if (!more.hasAttribute("aria-expanded")) more.setAttribute("aria-expanded", "false");
    const tools = message.querySelector(".message-tools");
    const isThere = message.matches("[data-message-id]:not(.deleted, .deleting)");
    if (!isThere) tools?.remove();
    else if (!tools) more.before(cloneTemplate("tools-template"));
    this.#setUpPeople(message);
    const code = target.closest("pre");
    if (code) offerCopy(code, this.members.t);
    const reaction = target.closest(".reaction");
    if (reaction) reaction.title = this.#names(reaction.dataset.users.split(",").map(Number));
  }

  /** The names are buttons; of the message with the focus alone they are tab stops. */
  #setUpPeople(message) {
    const names = queryAll(message, PEOPLE);
    const hasFocus = message.contains(document.activeElement);
    if (hasFocus) for (const each of queryAll(document, '.message [role="button"]')) each.tabIndex = -1;
    for (const each of names) {
      Object.assign(each, { role: "button", ariaHasPopup: "dialog" });
      if (hasFocus || !each.hasAttribute("tabindex")) each.tabIndex = hasFocus ? 0 : -1;
    }
  }

  #keyPressed(event) {
    if (!event.target.matches(PEOPLE) || hasModifier(event) || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    event.target.click();
  }

  /** Whom I have blocked is counted, and not named, as behind the menu. */
  #names(userIds) {
    const isNamed = ({ id }) => userIds.includes(id) && !roomStore.blocked.has(id);
    const known = this.members.all.filter(isNamed).map(displayName);
    const more = userIds.length > Math.min(known.length, MAX_NAMES) ? ["…"] : [];
    return [...known.slice(0, MAX_NAMES), ...more].join(", ");
  }
}
