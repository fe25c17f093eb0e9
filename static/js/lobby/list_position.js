/** Where the list of rooms is scrolled to outlives the page: it does not jump when another room is opened. */

import { on, query, queryAll } from "../lib/page.js";
import { draftKey, readSession, writeSession } from "../lib/storage.js";
import { roomStore } from "./store.js";

/** Forgotten with what else is kept of whoever logs out. */
const key = draftKey(roomStore.userId, "list");

/** @returns {number[]} how far it was scrolled, in pixels, and how many items it had; nothing at first */
export function keptPosition() {
  return JSON.parse(readSession(key) || "[]");
}

/** @param {HTMLElement} sidebar */
export function keepListPosition(sidebar) {
  const box = query(sidebar, ".sidebar-scroll");
  const [top] = keptPosition();
  box.scrollTop = top ?? 0;
  // Whoever comes to a room by another way than the list sees it there too.
  box.querySelector("[aria-current]")?.scrollIntoView({ block: top === undefined ? "center" : "nearest" });
  on(box, "scroll", () => writeSession(key, JSON.stringify([box.scrollTop, queryAll(box, "#rooms li").length])));
}
