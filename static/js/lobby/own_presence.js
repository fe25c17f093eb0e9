/** What I have chosen on another device: whoever is not to be disturbed sees no number in the tab's title. */

import { on } from "../lib/page.js";
import { setUnreadInTitle } from "./tab_title.js";

/** @param {import("./room_store.js").RoomStore} rooms */
export function followPresence(rooms) {
  const icon = document.querySelector("link[rel=icon]");
  on(rooms, "frame", ({ detail: { type, user_id, presence } }) => {
    if (user_id !== rooms.userId || !["user_status", "user_changed"].includes(type)) return;
    icon?.toggleAttribute("data-dnd", presence === "dnd");
    if (presence === "dnd") setUnreadInTitle(0, 0);
  });
}
