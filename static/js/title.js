/** The title of the tab: what the page is about, and how much is new. */

let title = document.title;
let news = 0;

/** @param {string} name of the room, which stands before the name of the site */
export function nameTab(name) {
  title = name + title.slice(title.lastIndexOf(" · "));
  show();
}

/** @param {number} count */
export function countInTab(count) {
  news = count;
  show();
}

function show() {
  document.title = news ? `(${news}) ${title}` : title;
}
