/** What is new in all my rooms, on every page: the list of rooms, the tab's title, notifications. */

import { guardLinks } from "../dialogs/navigation.js";
import { enableSwitcher } from "../dialogs/switcher_triggers.js";
import { element, on } from "../lib/page.js";
import { LobbySocket } from "../lobby/lobby_socket.js";
import { RoomList } from "../lobby/room_list.js";
import { roomStore } from "../lobby/store.js";

const list = new RoomList(element("sidebar"), roomStore);
on(roomStore, "change", () => list.show());
// What notifies of a message is loaded when there is one to notify of.
on(roomStore, "message", ({ detail }) => import("../lobby/notifications.js").then((it) => it.notify(detail), () => {}));
enableSwitcher(roomStore);
const { connection } = new LobbySocket(roomStore);
guardLinks(connection);
// Without it the way to the rooms leads to their page.
import("../lobby/extras.js").then((it) => it.enableExtras(connection), () => {});
