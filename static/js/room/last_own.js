/** The last message of mine in the room, where the page does not hold it. */

import { get } from "../net/api.js";

/** A search looks for half a second at a time. */
const TRIES = 10;

/**
 * Show it.
 * @param {import("./history.js").History} history
 * @returns {Promise<import("../lib/types.js").Message | undefined>} none, where there is no such message
 */
export async function showLastOwn(history) {
  const id = await find(history.room);
  if (!id) return undefined;
  await history.pages((it) => it.jumpTo(id));
  return history.store.get(id);
}

/** @param {number} room */
async function find(room) {
  let after = "";
  for (let count = 0; count < TRIES; count += 1) {
    const { messages, cursor } = await get(`/api/search?from=me&room=${room}&limit=1${after}`);
    if (messages.length || !cursor) return messages[0]?.message_id;
    after = `&cursor=${encodeURIComponent(cursor)}`;
  }
  throw new Error("The search takes too long");
}
