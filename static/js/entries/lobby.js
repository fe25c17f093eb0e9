/** What is new in all my rooms, on every page: the list of rooms, the tab's title, notifications. */

import { guardLinks } from "../dialogs/navigation.js";
import { enableSwitcher } from "../dialogs/switcher_triggers.js";
import { lazy } from "../lib/lazy.js";
import { element, on } from "../lib/page.js";
import { showTimes } from "../lib/times.js";
import { keepListPosition } from "../lobby/list_position.js";
import { LobbySocket } from "../lobby/lobby_socket.js";
import { isAsServed } from "../lobby/served_list.js";
import { roomStore } from "../lobby/store.js";

const sidebar = element("sidebar");
const list = lazy(
  () => import("../lobby/room_list.js"),
  (it) => new it.RoomList(sidebar, roomStore),
);
let isRight = isAsServed;
showTimes(sidebar);
keepListPosition(sidebar);
if (!element("more-rooms").hidden) list(() => {});
on(roomStore, "change blocks", () => {
  if (!isRight(sidebar, roomStore)) list((it) => it.show());
  // What comes after the first answer changes something.
  isRight = () => false;
});
// What notifies of a message is loaded when there is one to notify of.
on(roomStore, "message", ({ detail }) => import("../lobby/notifications.js").then((it) => it.notify(detail), () => {}));
enableSwitcher(roomStore);
const { connection } = new LobbySocket(roomStore);
guardLinks(connection);
// Without it the way to the rooms leads to their page.
import("../lobby/extras.js").then((it) => it.enableExtras(connection), () => {});
