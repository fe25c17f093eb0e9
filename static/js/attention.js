/** What calls for attention in a room: the banner, the words for those who hear, the bell. */

import { Banner } from "./banner.js";
import { hangBell } from "./bell.js";
import { lazily } from "./lazily.js";
import { element, on, part, tell } from "./page.js";

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
  const banner = new Banner(element("connection"), connection, say);
  const announcer = lazily(
    () => import("./announcer.js"),
    ({ Announcer }) => new Announcer(element("news"), say),
  );
  on(connection, "frame", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.type !== "chat_message" || detail.user_id === data.user_id) return;
    banner.heard();
    announcer((it) => it.heard(detail));
  });
  on(composer, "left", (event) => {
    announcer((it) => it.remark(/** @type {CustomEvent} */ (event).detail));
  });
  const showWaiting = () => tellWaiting(connection.isOnline ? 0 : outbox.waiting, say);
  on(outbox, "waiting", showWaiting);
  on(connection, "state", showWaiting);
  hangBell(say);
}

function tellWaiting(count, say) {
  const line = element("waiting");
  line.hidden = count === 0;
  tell(part(line, ".waiting-text"), count ? say("waiting", { count }) : "");
}
