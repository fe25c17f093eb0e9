/** What a reply shows of the message that it answers. */

import { query } from "../lib/page.js";

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

/** @param {any} link that the server has rendered */
export function readQuote(link) {
  return {
    message_id: Number(link.dataset.messageId),
    user_id: Number(link.dataset.userId),
    username: query(link, "bdi").textContent ?? "",
    message: query(link, ".quote-text").textContent ?? "",
    is_deleted: link.matches(".is-deleted"),
  };
}
