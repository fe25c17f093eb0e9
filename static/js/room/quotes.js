/** What a reply shows of the message that it answers. */

import { query } from "../lib/page.js";
import { plainText } from "./plain_text.js";

/** In code points, as the server cuts what it quotes. */
const QUOTE_MAX = 200;

/**
 * What a reply to a message shows of it.
 * @param {import("../lib/types.js").Message} message
 * @returns {import("../lib/types.js").Quote}
 */
export function quoteOf({ message_id = 0, user_id, username, display_name, message }) {
  return { message_id, user_id, username, display_name, message: cut(message) };
}

/** @param {string} text */
export function cut(text) {
  const letters = [...text];
  return letters.length > QUOTE_MAX ? `${letters.slice(0, QUOTE_MAX).join("")}…` : text;
}

/**
 * How a quote is shown: in plain text.
 * @param {import("../lib/types.js").Quote} quote
 */
export function quoteText({ message, plain, is_unseen }) {
  const unseen = is_unseen && document.getElementById("beginning")?.dataset.unseen;
  return unseen || (plain ?? plainText(message));
}

/** @param {any} link that the server has rendered */
export function readQuote(link) {
  const user_id = Number(link.dataset.userId);
  return {
    message_id: Number(link.dataset.messageId),
    user_id,
    username: query(link, "bdi").textContent ?? "",
    message: "",
    plain: query(link, ".quote-text").textContent ?? "",
    is_deleted: Boolean(user_id) && link.matches(".is-deleted"),
    is_unseen: !user_id,
    is_edited_since: !query(link, ".quote-edited").hidden,
  };
}
