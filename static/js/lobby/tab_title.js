/** The tab as others see it: what the page is about, and how much is new. */

import { countText } from "../lib/text.js";

const icon = document.querySelector("link[rel=icon]");
const quiet = icon?.getAttribute("href") ?? "";

let title = document.title;
let counts = "";

/** @param {string} name of the room, which stands before the name of the site */
export function setPageTitle(name) {
  title = name + title.slice(title.lastIndexOf(" · "));
  show();
}

/**
 * @param {number} count what is unread, in all rooms
 * @param {number} mentions of me in it
 */
export function setUnreadInTitle(count, mentions) {
  if (icon?.matches("[data-dnd]")) count = mentions = 0;
  const text = countText(count, mentions);
  if (text === counts) return;
  counts = text;
  show();
  icon?.setAttribute("href", count ? (icon.getAttribute("data-news") ?? quiet) : quiet);
  // Installed as an app, the number stands on its icon. Where that cannot be, nothing is lost.
  navigator.setAppBadge?.(count).catch(() => {});
}

function show() {
  document.title = counts ? `(${counts}) ${title}` : title;
}
