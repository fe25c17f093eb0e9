/** What calls for attention in a room: the banner, the words for those who hear, the bell. */

import { Announcer } from "./announcer.js";
import { Banner } from "./banner.js";
import { hangBell } from "./bell.js";
import { element, part, tell } from "./page.js";

/**
 * @param {{
 *   connection: import("./socket.js").Connection,
 *   outbox: import("./outbox.js").Outbox,
 *   composer: import("./composer.js").Composer,
 *   data: import("./types.js").RoomData,
 *   say: import("./types.js").Say,
 * }} room
 */
export function attend({ connection, outbox, composer, data, say }) {
  const announcer = new Announcer(element("news"), say);
  const ears = [new Banner(element("connection"), connection, say), announcer];
  connection.addEventListener("frame", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.type !== "chat_message" || detail.user_id === data.user_id) return;
    for (const ear of ears) ear.heard(detail);
  });
  composer.addEventListener("left", (event) => {
    announcer.remark(/** @type {CustomEvent} */ (event).detail);
  });
  const showWaiting = () => tellWaiting(connection.isOnline ? 0 : outbox.waiting, say);
  outbox.addEventListener("waiting", showWaiting);
  connection.addEventListener("state", showWaiting);
  hangBell(say);
}

function tellWaiting(count, say) {
  const line = element("waiting");
  line.hidden = count === 0;
  tell(part(line, ".waiting-text"), count ? say("waiting", { count }) : "");
}
