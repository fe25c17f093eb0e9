/** The list of rooms, kept fresh: on the page of rooms, and beside an open room. */

import { ApiError, get } from "./api.js";
import { copyOf, element, toLogin, part } from "./page.js";
import { initial, paint } from "./text.js";
import { showTime, showTimes } from "./times.js";

/** @typedef {{id: number, name: string, unread_count: number, last_message_at: string | null}} Room */

const EVERY = 15_000;

const list = element("rooms");

async function refresh() {
  if (document.visibilityState !== "visible") return;
  try {
    show((await get("/api/rooms")).rooms);
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === 401) toLogin();
  }
}

/** @param {Room[]} rooms latest activity first */
function show(rooms) {
  const items = rooms.map(item);
  const isSame =
    items.length === list.children.length && items.every((one, i) => one === list.children[i]);
  if (!isSame) list.replaceChildren(...items);
  showElsewhere(rooms);
  const empty = document.getElementById("no-rooms");
  if (empty) {
    empty.hidden = rooms.length > 0;
    list.hidden = rooms.length === 0;
  }
}

/** What is unread in the other rooms, for those who see no list beside the open one. */
function showElsewhere(rooms) {
  const badge = document.getElementById("elsewhere");
  if (!badge) return;
  const open = list.querySelector("[aria-current]")?.getAttribute("data-room-id");
  const others = rooms.filter((room) => String(room.id) !== open);
  const count = others.reduce((sum, room) => sum + room.unread_count, 0);
  showCount(badge, count);
}

/**
 * @param {HTMLElement} badge hidden while there is nothing to count
 */
function showCount(badge, count) {
  badge.hidden = count === 0;
  (badge.querySelector(".unread-count") ?? badge).textContent = count > 99 ? "99+" : String(count);
}

function item(room) {
  const known = list.querySelector(`[data-room-id="${room.id}"]`)?.closest("li");
  const entry = known ?? make(room);
  const isOpen = part(entry, "a").getAttribute("aria-current") === "page";
  showCount(part(entry, ".unread"), isOpen ? 0 : room.unread_count);
  if (room.last_message_at) showTime(part(entry, "time"), room.last_message_at);
  return entry;
}

function make(room) {
  const entry = copyOf("room-template");
  const link = part(entry, "a");
  link.setAttribute("href", `/rooms/${room.id}/`);
  link.dataset.roomId = room.id;
  part(entry, ".room-name bdi").textContent = room.name;
  part(entry, ".avatar").textContent = initial(room.name);
  paint(room.id, part(entry, ".avatar"));
  return entry;
}

showTimes(list);
setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
addEventListener("pageshow", (event) => event.persisted && refresh());
