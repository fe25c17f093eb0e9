/** The bell: whether this browser notifies of messages. Loaded where it does, or when the bell is used; its panel too. */

import { lazy } from "../lib/lazy.js";
import { isEnabled } from "./notification_settings.js";
import { element, on } from "../lib/page.js";

export class NotificationBell {
  /** @param {import("../lib/types.js").Translate} t */
  constructor(t) {
    this.bell = element("bell");
    this.t = t;
    this.panel = lazy(
      () => import("./notification_panel.js"),
      (it) => new it.NotificationPanel(() => this.show(), t),
    );
    on(element("attention"), "change", ({ target: { id, checked } }) => {
      this.panel((it) => it.toggled(id, checked));
    });
    this.show();
  }

  /** The panel was opened. */
  opened() {
    this.panel((it) => it.opened());
  }

  /** Whether there is a sound or a notification. */
  show() {
    const isOn = isEnabled();
    this.bell.dataset.on = String(isOn);
    this.bell.title = this.bell.ariaLabel = this.t(isOn ? "bell_on" : "bell_off");
  }
}
