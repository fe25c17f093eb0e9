/** The unsent text, which the server keeps too. What keeps it is loaded where there is one, or may have come one. */

import { lazy } from "../lib/lazy.js";
import { on } from "../lib/page.js";
import { readSession } from "../lib/storage.js";
import { roomStore } from "../lobby/store.js";

/** What an earlier page of this tab may have left to be done. */
const LEFT = ["other", "emptied"];

/**
 * @param {import("./composer.js").Composer} composer
 * @param {import("../lib/types.js").RoomData} data
 * @param {import("../net/socket.js").Connection} connection
 * @param {any[]} others what Drafts needs as well
 * @returns {() => void} loads it
 */
export function keepDraft(composer, data, connection, ...others) {
  const drafts = lazy(
    () => import("./drafts.js"),
    (it) => new it.Drafts(composer, data, connection, ...others),
  );
  const load = () => drafts(() => {});
  const isLeft = LEFT.some((name) => readSession(`${composer.draftKey}:${name}`));
  if (composer.field.value || composer.hasContext || data.draft.message || isLeft) load();
  on(composer, "typed", load);
  on(connection, "state", () => composer.field.value && load());
  on(roomStore, "frame", ({ detail: { type, room_id, version } }) => {
    // Where its socket was away, nobody knows what it would have told.
    const isBack = roomStore.isLoaded && ["ready", "refresh"].includes(type);
    if (isBack || (type === "draft_changed" && room_id === data.room_id)) drafts((it) => it.heard({ version }));
  });
  return load;
}
