/** The panel behind the bell: what this browser does when a message comes and nobody looks. */

import { isShowing, isSounding, ring } from "./notices.js";
import { element, tell } from "./page.js";
import { choose, chosen } from "./storage.js";

export class BellPanel {
  /**
   * @param {() => void} showBell
   * @param {import("./types.js").Say} say
   */
  constructor(showBell, say) {
    this.showBell = showBell;
    this.say = say;
    this.notify = /** @type {HTMLInputElement} */ (element("notify"));
    this.sound = /** @type {HTMLInputElement} */ (element("sound"));
    addEventListener("storage", () => this.#show());
    this.#show();
  }

  /** The first click is the question; whoever says no is not asked again unless they turn the switch. */
  async asked() {
    if (!chosen("notify")) await this.#setNotify(true);
  }

  /**
   * @param {string} id of the switch
   * @param {boolean} isOn
   */
  async chose(id, isOn) {
    if (id === this.notify.id) return this.#setNotify(isOn);
    choose("sound", isOn ? "on" : "off");
    if (isOn) ring();
    this.#show();
  }

  async #setNotify(isWanted) {
    const isAllowed = isWanted && (await Notification.requestPermission()) === "granted";
    choose("notify", isAllowed ? "on" : "off");
    this.#show();
  }

  #show() {
    const isBlocked = Notification.permission === "denied";
    this.notify.checked = isShowing();
    this.notify.disabled = isBlocked;
    this.sound.checked = isSounding();
    tell(element("notify-hint"), isBlocked ? this.say("notify_blocked") : "");
    this.showBell();
  }
}
