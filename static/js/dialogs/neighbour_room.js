/** Alt with an arrow key: to the room above or below in the list; with Shift, to one with something unread. */

import { queryAll } from "../lib/page.js";

/**
 * @param {number} step 1 or -1
 * @param {boolean} isUnread
 */
export function openNeighbour(step, isUnread) {
  const links = queryAll(document, "#rooms .room-link");
  const here = links.findIndex((link) => link.ariaCurrent === "page");
  // From a page without a room: the first one, or the last.
  const start = here < 0 && step < 0 ? links.length : here;
  const others = step > 0 ? links.slice(start + 1) : links.slice(0, start).reverse();
  // A click is what navigation.js looks at: without a connection this page stays.
  others.find((link) => !isUnread || link.matches(":has(.unread:not([hidden]))"))?.click();
}
