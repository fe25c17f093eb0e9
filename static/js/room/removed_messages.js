/** Messages of one person that were deleted at once, as if each had been by itself. */

import { get } from "../net/api.js";
import { element, queryAll } from "../lib/page.js";

/**
 * @param {any} frame messages_removed
 * @param {import("./message_store.js").MessageStore} store
 * @param {import("../lib/types.js").Translate} t
 * @returns {any[]} message_changed, of each that is shown or quoted
 */
export function deletions({ of, by, ranges, change }, store, t) {
  const isRemoved = (id, author) => author === of && ranges.some(([first, last]) => first <= id && id <= last);
  const found = new Map();
  for (const message of store.all) {
    const { message_id: id, user_id, reply_to } = message;
    const isNew = id && isRemoved(id, user_id);
    // What was resumed is gone already.
    if (isNew && message.is_deleted) store.set({ message_id: id, change }, {});
    else if (isNew) found.set(id, message);
    if (reply_to && !reply_to.is_deleted && isRemoved(reply_to.message_id, reply_to.user_id)) {
      if (!store.get(reply_to.message_id)) found.set(reply_to.message_id, reply_to);
    }
  }
  return [...found.values()].map(({ message_id, user_id, username, display_name, timestamp, client_id, thread }) => ({
    ...{ type: "message_changed", what: "deleted", message_id, change, by, is_deleted: true },
    ...{ user_id, username, display_name, timestamp, client_id, thread },
    message: t("message_deleted"),
    deleted_by: by === of ? undefined : by,
  }));
}

/**
 * Whoever listens to the room hears of each.
 * @param {any} frame
 * @param {import("./outbox.js").Outbox} outbox
 * @param {import("../lib/types.js").Translate} t
 */
export function tellDeletions(frame, { connection, store }, t) {
  const tell = (detail) => connection.dispatchEvent(new CustomEvent("frame", { detail }));
  deletions(frame, store, t).forEach(tell);
  // Of what is pinned and not loaded nobody knows here who has written it.
  for (const { dataset } of queryAll(element("pins"), "[data-message-id]")) {
    const id = Number(dataset.messageId);
    if (store.get(id)) continue;
    get(`/api/rooms/${frame.room_id}/messages/${id}`).then((it) => tell({ ...it, type: "message_changed" }), () => {});
  }
}
