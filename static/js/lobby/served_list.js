/** The list of rooms as the page came with it: while it is right, what draws the list need not be loaded. */

import { query, queryAll } from "../lib/page.js";

/** What calls for attention in an item. */
const NEWS = ".unread:not([hidden]), .mentions:not([hidden]), .room-draft:not([hidden])";
/** So much of a time is on the page: up to its seconds. */
const LENGTH = 19;

/**
 * Whether the list says what the server has said since, and there is no news in it.
 * @param {HTMLElement} sidebar
 * @param {import("./room_store.js").RoomStore} rooms
 */
export function isAsServed(sidebar, rooms) {
  const links = new Map(queryAll(sidebar, "a[data-room-id]").map((link) => [Number(link.dataset.roomId), link]));
  const listed = rooms.all.filter((room) => !room.is_hidden);
  if (listed.length !== links.size || sidebar.querySelector(NEWS)) return false;
  return listed.every(({ id, name, unread_count, mention_count, last_message, last_message_at, partner }) => {
    const link = links.get(id);
    if (!link || unread_count || mention_count) return false;
    const { textContent } = link;
    const isHere = Boolean(partner?.is_online && partner.presence !== "away");
    return (
      [name, last_message?.message ?? ""].every((text) => textContent.includes(text)) &&
      query(link, "time").dateTime.slice(0, LENGTH) === (last_message_at ?? "").slice(0, LENGTH) &&
      (link.dataset.online === "true") === isHere
    );
  });
}
