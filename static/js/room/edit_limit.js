/** For how long messages can be edited. */

/**
 * Whether there is still time to edit a message, by the server's clock.
 * @param {string} timestamp of the message
 * @param {import("../lib/types.js").RoomData} data
 */
export function isInTime(timestamp, { limits: { edit_seconds }, now }) {
  return edit_seconds === null || Date.parse(timestamp) + 1_000 * edit_seconds > Date.parse(now) + performance.now();
}
