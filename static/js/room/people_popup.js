/** A small window with people: who has read a message. */

import { element, query } from "../lib/page.js";
import { showPopoverAt } from "../dialogs/popup.js";
import { initial, applyHue, displayName } from "../lib/text.js";

/** @typedef {import("../lib/types.js").Member} Member */

/**
 * @param {HTMLElement} anchor
 * @param {{readers: any[], others: number}} answer of the server
 * @param {import("../lib/types.js").Translate} t
 */
export function showReaders(anchor, { readers, others }, t) {
  const values = { count: readers.length, total: others };
  const note = ({ is_edited_since }) => (is_edited_since ? t("edited_since") : "");
  const items = readers.map((each) => person(each, note(each)));
  show(anchor, t(readers.length ? "read_by" : "read_by_nobody", values), items);
}

/**
 * @param {HTMLElement} anchor
 * @param {{emoji: string, count: number, people: any[]}[]} reactions
 * @param {import("../lib/types.js").Translate} t
 */
export function showReactions(anchor, reactions, t) {
  const items = reactions.map(({ emoji, count, people }) => {
    const names = people.map(displayName);
    const others = count - names.length;
    const all = others ? [...names, t("and_others", { count: others })] : names;
    const [item, sign, text] = ["li", "span", "bdi"].map((tag) => document.createElement(tag));
    Object.assign(sign, { className: "emoji", textContent: emoji });
    text.textContent = all.join(", ");
    item.append(sign, text);
    return item;
  });
  show(anchor, t("reacted"), items);
}

/**
 * @param {HTMLElement} anchor
 * @param {string} title
 * @param {HTMLElement[]} items
 * @param {HTMLElement[]} [actions] what can be done with them
 */
export function show(anchor, title, items, actions = []) {
  const popup = element("readers");
  const [heading, list] = [query(popup, "h2"), query(popup, "ul")];
  heading.textContent = title;
  list.replaceChildren(...items);
  popup.replaceChildren(heading, list, ...actions);
  showPopoverAt(popup, anchor.getBoundingClientRect());
  popup.focus();
}

/**
 * @param {Member} member
 * @param {string} note
 */
function person(member, note) {
  const name = displayName(member);
  const tags = ["li", "span", "bdi", "span"];
  const [item, avatar, text, handle] = tags.map((tag) => document.createElement(tag));
  avatar.className = "avatar";
  avatar.ariaHidden = "true";
  avatar.textContent = initial(name);
  applyHue(member.id, avatar);
  text.textContent = name;
  handle.className = "handle";
  const username = name === member.username ? "" : `@${member.username}`;
  handle.textContent = [username, note].filter(Boolean).join(" · ");
  item.append(avatar, text, handle);
  return item;
}
