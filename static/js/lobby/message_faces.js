/** The pictures of the open room, and of those who have written its messages: loaded when one of them has any. */

import { showFace } from "../lib/face.js";
import { element, query, queryAll, roomData } from "../lib/page.js";

/** @type {Map<number, string>} */
const pictures = new Map();
let isDue = false;
let isWatching = false;

/**
 * Show another picture of somebody, or none, beside all that they have written here.
 * @param {number} userId or the id of a room, below zero: only the open one is shown
 * @param {string} [picture]
 */
export function setPicture(userId, picture) {
  if (userId < 0) return userId === -roomData().room_id && showRoom(picture);
  if (picture) pictures.set(userId, picture);
  else pictures.delete(userId);
  if (!isWatching) new MutationObserver(schedule).observe(element("main"), { childList: true, subtree: true });
  isWatching = true;
  schedule();
}

function showRoom(picture) {
  const avatar = document.getElementById("room-face");
  if (!avatar) return;
  avatar.hidden = !picture;
  showFace(avatar, "", picture);
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
