/** Where a visit begins, and where an address of a message leads. */

/**
 * @param {import("./history.js").History} history
 * @param {{room_id: number, at: number | null}} data
 */
export function guide(history, { room_id, at }) {
  const { timeline, scroll } = history;
  document.getElementById("newest")?.remove();
  const line = timeline.unreadLine;
  if (at && timeline.item(at)) scroll.show(timeline.item(at), 0.3);
  else if (line.isConnected && !scroll.fitsFrom(line)) scroll.show(line, 0.15);
  else if (history.isWhole) scroll.toEnd(false);
  // An address of a message of this room needs no new page.
  timeline.list.addEventListener("click", (event) => {
    const number = numberOf(event.target.closest("a"), room_id);
    if (!number || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    import("./lead.js").then(({ lead }) => lead(history, number)).catch(() => {});
  });
}

function numberOf(link, room) {
  if (!link || link.origin !== location.origin || link.pathname !== `/rooms/${room}/`) return 0;
  return Number(new URLSearchParams(link.search).get("at"));
}
