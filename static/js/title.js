/** The tab as others see it: what the page is about, and how much is new. */

const icon = document.querySelector("link[rel=icon]");
const quiet = icon?.getAttribute("href") ?? "";

let title = document.title;
let news = 0;

/** @param {string} name of the room, which stands before the name of the site */
export function nameTab(name) {
  title = name + title.slice(title.lastIndexOf(" · "));
  show();
}

/** @param {number} count what is unread, in all rooms */
export function countInTab(count) {
  if (count === news) return;
  news = count;
  show();
  icon?.setAttribute("href", count ? (icon.getAttribute("data-news") ?? quiet) : quiet);
  // Installed as an app, the number stands on its icon. Where that cannot be, nothing is lost.
  navigator.setAppBadge?.(count).catch(() => {});
}

function show() {
  document.title = news ? `(${news > 99 ? "99+" : news}) ${title}` : title;
}
