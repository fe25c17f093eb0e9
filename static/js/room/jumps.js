/** The buttons that lead to the latest message and to the first unread one: loaded once there is a way to go. */

import { lazy } from "../lib/lazy.js";
import { on } from "../lib/page.js";

/** @param {any} room see message_actions.js */
export function enableJumps(room) {
  const { history, store, data } = room;
  /** The last message that was seen before. */
  let seen = data.last_read;
  room.jumps = lazy(
    () => import("./jump_buttons.js"),
    (it) => new it.JumpButtons(room, seen),
  );
  const changed = () => {
    if (history.isPinned) seen = store.revision;
    if (data.first_unread || !history.isPinned) room.jumps(() => {});
  };
  on(history, "changed", changed);
  on(history.scroll, "moved", changed);
}
