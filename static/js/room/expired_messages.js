/** Messages that have been kept for long enough: the page lets go of them, as the server has. */

import { element, query, queryAll, setText } from "../lib/page.js";

/** In milliseconds. */
const SOON = 1_000;
const LATER = 60_000;

/**
 * @param {number} upto the last one
 * @param {import("./history.js").History} history
 */
export async function forget(upto, history) {
  const { store, scroll } = history;
  const { me } = store;
  if (upto < (me.history_from ?? 1)) return;
  me.history_from = upto + 1;
  const gone = store.all.filter(({ message_id: id }) => id && id <= upto).length;
  scroll.preserve(() => gone && store.trim(store.size - gone, true), history.isPinned);
  if (store.oldest <= upto + 1) history.hasOlder = false;
  history.changed();
  if (gone && !store.size && !store.isAtEnd) history.jumpToLatest();
  const quotes = queryAll(history.timeline.list, ".quote").filter((each) => isUpTo(upto, each));
  for (const quote of quotes) {
    for (const part of queryAll(quote, "bdi, .quote-text")) setText(part, "…");
    query(quote, ".quote-edited").hidden = true;
  }
  await showBeginning(history).catch(() => {});
  // Replies to what has expired are shown as the server has them.
  if (quotes.length) await history.pages((it) => it.restore());
}

function isUpTo(upto, { dataset }) {
  const id = Number(dataset.messageId);
  return id > 0 && id <= upto;
}

/**
 * What is pinned is deleted, for whoever listens.
 * @param {number} upto
 * @param {number} change
 * @param {import("../net/socket.js").Connection} connection
 */
export function unpin(upto, change, connection) {
  for (const pin of queryAll(element("pins"), "[data-message-id]").filter((each) => isUpTo(upto, each))) {
    const message_id = Number(pin.dataset.messageId);
    const detail = { type: "message_changed", what: "deleted", message_id, change, message: "", is_deleted: true };
    connection.dispatchEvent(new CustomEvent("frame", { detail }));
  }
}

/** The page has no words for it: they are fetched, by many pages not at once where nobody sees them. */
async function showBeginning({ beginning }) {
  const isSeen = document.visibilityState === "visible" && !beginning.hidden;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * (isSeen ? SOON : LATER)));
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("beginning");
  if (!fresh) return;
  setText(beginning, fresh.textContent.trim());
  Object.assign(beginning.dataset, fresh.dataset);
}
