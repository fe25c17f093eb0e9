/** The parts that not every message has, as elements: made and removed. */

import { cloneTemplate, query, queryAll } from "../lib/page.js";

/** Where the parts stand. */
const PLACES = {
  ".undo": ["afterend", ".text"],
  ".quote": ["afterend", ".author"],
  ".mention-mark": ["afterbegin", ".meta"],
  ".pin-mark": ["beforebegin", "time"],
  ".edited": ["beforebegin", "time"],
  ".reactions": ["afterend", ".meta"],
  ".replies": ["beforeend", ".bubble"],
};

/**
 * A part of the message, made where it is to be there and removed where it is not.
 * @param {HTMLElement} item
 * @param {string} selector
 * @param {unknown} isThere
 * @returns {any} the part, where it is there
 */
export function part(item, selector, isThere) {
  const found = queryAll(item, selector)[0];
  if (isThere && found) return found;
  if (found) removePart(found);
  if (!isThere) return;
  const [place, anchor] = PLACES[selector];
  const made = query(cloneTemplate("parts-template"), selector);
  query(item, anchor).insertAdjacentElement(place, made);
  return made;
}

/**
 * Remove a part of a message. A focus in it goes to the message: lost, it would begin at the top of the page.
 * @param {any} part
 */
export function removePart(part) {
  if (part.contains(document.activeElement)) part.closest(".post").focus({ preventScroll: true });
  part.remove();
}
