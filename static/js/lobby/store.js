/** The rooms of whoever is logged in: one store for everything on a page. */

import { element } from "../lib/page.js";
import { RoomStore } from "./room_store.js";

const { userId, blocked } = element("sidebar").dataset;

export const roomStore = new RoomStore(
  Number(userId),
  blocked ? blocked.split(" ").map(Number) : [],
);
