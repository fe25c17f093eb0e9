/** The emoji under a message: what becomes of them, and how they are shown. */

import { query, queryAll, setText } from "../lib/page.js";
import { removePart } from "./message_parts.js";

/** @typedef {import("../lib/types.js").Reaction} Reaction */

/**
 * The reactions after somebody's has come or gone.
 * @param {Reaction[]} [reactions]
 * @param {{emoji: string, user_id: number, is_on: boolean, count: number}} change
 * @returns {Reaction[]}
 */
export function withReaction(reactions = [], { emoji, user_id, is_on, count }) {
  const known = reactions.find((each) => each.emoji === emoji);
  const others = known?.user_ids.filter((id) => id !== user_id) ?? [];
  const changed = { emoji, count, user_ids: is_on ? [...others, user_id] : others };
  const all = known ? reactions.map((each) => (each === known ? changed : each)) : [...reactions, changed];
  return all.filter((each) => each.count > 0);
}

/**
 * The reactions after I have put one there or taken it away, as far as is known here.
 * @param {Reaction[]} reactions
 * @param {string} emoji
 * @param {boolean} is_on
 * @param {number} user_id mine
 */
export function withOwn(reactions, emoji, is_on, user_id) {
  const { count = 0, user_ids = [] } = reactions.find((each) => each.emoji === emoji) ?? {};
  if (user_ids.includes(user_id) === is_on) return reactions;
  return withReaction(reactions, { emoji, user_id, is_on, count: count + (is_on ? 1 : -1) });
}

/**
 * @param {HTMLElement} item a message
 * @returns {Reaction[]} as the server has rendered them
 */
export function readReactions(item) {
  return queryAll(item, ".reaction").map((button) => ({
    emoji: button.value,
    count: Number(query(button, ".reaction-count").textContent),
    user_ids: button.dataset.users.split(",").filter(Boolean).map(Number),
  }));
}

/**
 * Show them as buttons; one that is there stays, and keeps its focus.
 * @param {HTMLElement} form
 * @param {Reaction[]} reactions
 * @param {number} me
 */
export function showReactions(form, reactions, me) {
  const buttons = queryAll(form, ".reaction");
  for (const button of buttons) {
    if (!reactions.some(({ emoji }) => emoji === button.value)) removePart(button);
  }
  reactions.forEach((reaction, place) => {
    const known = buttons.find((button) => button.value === reaction.emoji);
    const button = known ?? buttons[0].cloneNode(true);
    showReaction(button, reaction, reaction.user_ids.includes(me));
    const there = form.children[place] ?? null;
    if (there !== button) form.insertBefore(button, there);
  });
}

function showReaction(button, { emoji, count, user_ids }, isMine) {
  Object.assign(button, { name: isMine ? "off" : "on", value: emoji, ariaPressed: String(isMine) });
  button.dataset.users = user_ids.join(",");
  setText(query(button, ".emoji"), emoji);
  setText(query(button, ".reaction-count"), String(count));
}
