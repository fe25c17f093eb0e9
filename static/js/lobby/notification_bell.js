/** The bell: whether this browser notifies of messages. Its panel is loaded when it is used. */

import { lazy } from "../lib/lazy.js";
import { isEnabled, isSupported } from "./notification_settings.js";
import { element, on } from "../lib/page.js";

/** @param {import("../lib/types.js").Translate} t */
export function setUpNotificationBell(t) {
  if (!isSupported()) return;
  const bell = element("bell");
  const show = () => {
    const isOn = isEnabled();
    bell.dataset.on = isOn;
    bell.title = bell.ariaLabel = t(isOn ? "bell_on" : "bell_off");
  };
  const panel = lazy(
    () => import("./notification_panel.js"),
    (it) => new it.NotificationPanel(show, t),
  );
  on(bell, "click", () => panel((it) => it.opened()));
  on(element("attention"), "change", ({ target: { id, checked } }) => {
    panel((it) => it.toggled(id, checked));
  });
  // Another tab may change the setting.
  addEventListener("storage", show);
  bell.hidden = false;
  show();
}
