/** What is shown and announced beside the messages: the connection, what waits to be sent, the bell. */

import { lazy } from "../lib/lazy.js";
import { element, on, query, setText } from "../lib/page.js";
import { getPreference } from "../lib/preferences.js";

/**
 * @param {{
 *   connection: import("../net/socket.js").Connection,
 *   outbox: import("./outbox.js").Outbox,
 *   composer: import("./composer.js").Composer,
 *   data: import("../lib/types.js").RoomData,
 *   t: import("../lib/types.js").Translate,
 * }} room
 */
export function setUpNotices({ connection, outbox, composer, data, t }) {
  // Loaded while there is a network: without one it has something to say.
  const banner = lazy(
    () => import("./connection_banner.js"),
    (it) => new it.ConnectionBanner(element("connection"), connection, t),
  );
  banner(() => {});
  on(connection, "final", () => banner((it) => it.hide()));
  const announcer = lazy(
    () => import("./announcer.js"),
    (it) => new it.Announcer(element("news"), t),
  );
  on(connection, "frame", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.type !== "chat_message" || detail.user_id === data.user_id) return;
    banner((it) => it.messageReceived());
    announcer((it) => it.messageReceived(detail));
  });
  on(composer, "left", (event) => {
    announcer((it) => it.announceWhenIdle(/** @type {CustomEvent} */ (event).detail));
  });
  on(outbox, "failed", (event) => {
    announcer((it) => it.sendFailed(/** @type {CustomEvent} */ (event).detail));
  });
  const showWaiting = () => showWaitingCount(connection.isOnline ? 0 : outbox.waiting, t);
  on(outbox, "waiting", showWaiting);
  on(connection, "state", showWaiting);
  enableBell(t);
}

/** The page shows it as it is at first: silent. */
function enableBell(t) {
  // Plain http outside this machine has neither.
  if (!("Notification" in window && "locks" in navigator)) return;
  const bell = lazy(
    () => import("../lobby/notification_bell.js"),
    (it) => new it.NotificationBell(t),
  );
  const button = element("bell");
  button.hidden = false;
  on(button, "click", () => bell((it) => it.opened()));
  // Another tab may change the setting.
  on(window, "storage", () => bell((it) => it.show()));
  if (["notify", "sound"].some((name) => getPreference(name) === "on")) bell(() => {});
}

function showWaitingCount(count, t) {
  const line = element("waiting");
  line.hidden = count === 0;
  setText(query(line, ".waiting-text"), count ? t("waiting", { count }) : "");
}
