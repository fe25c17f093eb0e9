/** One message of the list: its author, its words, its time. */

import { isJumbo } from "./emoji.js";
import { copyOf, part, tell } from "./page.js";
import { initial, paint, shownName, write } from "./text.js";
import { showTime } from "./times.js";

/** @typedef {{user_id: number, username: string, display_name?: string}} Author */

/**
 * @param {any} author
 * @param {boolean} isOwn
 */
export function make(author, isOwn) {
  const item = copyOf("message-template");
  item.dataset.authorId = author.user_id;
  item.classList.toggle("own", isOwn);
  if (!isOwn) part(item, ".meta").querySelector(".mark")?.remove();
  name(item, author);
  paint(author.user_id, part(item, ".avatar"), part(item, ".author"));
  return item;
}

/**
 * @param {HTMLElement} item
 * @param {Author} author
 */
export function name(item, author) {
  tell(part(item, ".author bdi"), shownName(author));
  tell(part(item, ".avatar"), initial(shownName(author)));
  label(item);
}

/**
 * @param {HTMLElement} item
 * @param {string} text
 * @param {string} timestamp
 * @param {string} [html] the text as the server has formatted it
 */
export function fill(item, text, timestamp, html) {
  write(part(item, ".text"), text, html);
  item.classList.toggle("jumbo", isJumbo(text));
  showTime(part(item, "time"), timestamp);
  label(item);
}

/**
 * Who said it and when: the name of the message for those who hear it.
 * @param {HTMLElement} item
 */
export function label(item) {
  const words = [".author", "time"].map((selector) => part(item, selector).textContent);
  part(item, ".post").setAttribute("aria-label", words.join(", "));
}

/**
 * @param {HTMLElement} item
 * @param {"pending" | "failed" | "sent"} state
 * @param {import("./types.js").Say} say
 */
export function showState(item, state, say) {
  item.dataset.state = state;
  const key = state === "sent" && item.dataset.read === "true" ? "read" : state;
  item.querySelector(".mark")?.setAttribute("aria-label", say(key));
  if (state === "sent") item.querySelector(".failure")?.remove();
}
