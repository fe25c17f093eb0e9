/** Where a visit begins, and what a link to a message does. */

import { element, on } from "../lib/page.js";

/**
 * @param {import("./history.js").History} history
 * @param {{room_id: number, at: number | null}} data
 */
export function setInitialPosition(history, { room_id, at }) {
  const { store, timeline, scroll } = history;
  document.getElementById("newest")?.remove();
  const line = timeline.unreadLine;
  const target = at && timeline.element(store.get(at));
  if (target) scroll.show(target, 0.3);
  else if (line.isConnected && !scroll.fitsFrom(line)) scroll.show(line, 0.15);
  else if (store.isAtEnd) scroll.toEnd(false);
  const room = `${location.origin}/rooms/${room_id}/?`;
  // A link to a message of this room needs no new page.
  on(element("main"), "click", (event) => {
    const { href = "" } = event.target.closest("a") ?? {};
    const messageId = href.startsWith(room) && Number(new URL(href).searchParams.get("at"));
    if (!messageId || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pages((it) => it.follow(messageId, event.target)).catch(() => {});
  });
}
