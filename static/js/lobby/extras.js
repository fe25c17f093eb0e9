/** What every page has and none waits for. */

import { guardForms } from "../dialogs/form_guard.js";
import { on, roomData } from "../lib/page.js";
import { getPreference } from "../lib/preferences.js";
import { enableDrawer } from "./drawer.js";
import { roomStore } from "./store.js";

/** @param {import("../net/socket.js").Connection} connection of the lobby */
export function enableExtras(connection) {
  enableDrawer();
  guardForms(connection);
  followPresence();
  if (document.getElementById("room-data")) followPictures();
  tellTimeZone();
}

/** What I have chosen on another device: whoever is not to be disturbed sees no number in the tab's title. */
function followPresence() {
  on(roomStore, "frame", ({ detail: { type, user_id, presence } }) => {
    if (user_id !== roomStore.userId || !/^user_(status|changed)$/.test(type)) return;
    const isShown = !document.querySelector("[data-dnd]") === (presence !== "dnd");
    if (!isShown) import("./own_presence.js").then((it) => it.showPresence(presence), () => {});
  });
}

/** Once, and again when somebody has travelled. */
function tellTimeZone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const told = `${roomStore.userId} ${timeZone}`;
  if (!timeZone || getPreference("time_zone") === told) return;
  import("./browser_time_zone.js").then((it) => it.tellTimeZone(timeZone, told), () => {});
}

/** In a room: messages are drawn with letters, until there is a picture. */
function followPictures() {
  const show = (userId, picture) => import("./message_faces.js").then((it) => it.setPicture(userId, picture), () => {});
  for (const { id, picture } of roomData().members) if (picture) show(id, picture);
  on(roomStore, "frame", ({ detail: { type, user_id, picture, room } }) => {
    if (type === "user_changed") show(user_id, picture);
    if (room) show(-room.id, room.picture);
  });
}
