/** The panel behind the bell: what this browser does when a message comes and nobody looks. */

import { isNotifying, isSounding } from "./notification_settings.js";
import { playSound } from "./notification_sound.js";
import { element, setText } from "../lib/page.js";
import { getPreference, setPreference } from "../lib/preferences.js";

export class NotificationPanel {
  /**
   * @param {() => void} showBell
   * @param {import("../lib/types.js").Translate} t
   */
  constructor(showBell, t) {
    this.showBell = showBell;
    this.t = t;
    this.notify = /** @type {HTMLInputElement} */ (element("notify"));
    this.sound = /** @type {HTMLInputElement} */ (element("sound"));
    addEventListener("storage", () => this.#show());
    this.#show();
  }

  /** The first click asks for permission; whoever says no is asked again only by the switch. */
  async opened() {
    if (!getPreference("notify")) await this.#setNotify(true);
  }

  /**
   * @param {string} id of the switch
   * @param {boolean} isOn
   */
  async toggled(id, isOn) {
    if (id === this.notify.id) return this.#setNotify(isOn);
    setPreference("sound", isOn ? "on" : "off");
    if (isOn) playSound();
    this.#show();
  }

  async #setNotify(isWanted) {
    const isAllowed = isWanted && (await Notification.requestPermission()) === "granted";
    setPreference("notify", isAllowed ? "on" : "off");
    this.#show();
  }

  #show() {
    const isBlocked = Notification.permission === "denied";
    this.notify.checked = isNotifying();
    this.notify.disabled = isBlocked;
    this.sound.checked = isSounding();
    setText(element("notify-hint"), isBlocked ? this.t("notify_blocked") : "");
    this.showBell();
  }
}
