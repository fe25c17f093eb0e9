/** What every page has and none waits for. */

import { guardForms } from "../dialogs/form_guard.js";
import { on, roomData } from "../lib/page.js";
import { tellTimeZone } from "./browser_time_zone.js";
import { enableDrawer } from "./drawer.js";
import { followPresence } from "./own_presence.js";
import { roomStore } from "./store.js";

/** @param {import("../net/socket.js").Connection} connection of the lobby */
export function enableExtras(connection) {
  enableDrawer();
  guardForms(connection);
  followPresence(roomStore);
  if (document.getElementById("room-data")) followPictures();
  tellTimeZone(roomStore.userId).catch(() => {});
}

/** In a room: messages are drawn with letters, until there is a picture. */
function followPictures() {
  const show = (userId, picture) => import("./message_faces.js").then((it) => it.setPicture(userId, picture), () => {});
  for (const { id, picture } of roomData().members) if (picture) show(id, picture);
  on(roomStore, "frame", ({ detail: { type, user_id, picture } }) => {
    if (type === "user_changed") show(user_id, picture);
  });
}
