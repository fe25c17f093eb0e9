/** The pictures of those who have written the messages of the open room: loaded when one of them has any. */

import { showFace } from "../lib/face.js";
import { element, query, queryAll } from "../lib/page.js";

/** @type {Map<number, string>} */
const pictures = new Map();
let isDue = false;
let isWatching = false;

/**
 * Show another picture of somebody, or none, beside all that they have written here.
 * @param {number} userId
 * @param {string} [picture]
 */
export function setPicture(userId, picture) {
  if (picture) pictures.set(userId, picture);
  else pictures.delete(userId);
  if (!isWatching) new MutationObserver(schedule).observe(element("main"), { childList: true, subtree: true });
  isWatching = true;
  schedule();
}

/** Whatever draws messages draws letters: many at once, in one go. */
function schedule() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    queryAll(document, ".message[data-author-id]").forEach(show);
  });
}

function show(message) {
  const avatar = query(message, ".avatar");
  const picture = pictures.get(Number(message.dataset.authorId));
  if (picture || avatar.firstElementChild) showFace(avatar, query(message, ".author bdi").textContent ?? "", picture);
}
