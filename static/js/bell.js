/** The bell, and the panel behind it: what this browser does when a message comes and nobody looks. */

import { isPossible, isShowing, isSounding, ring } from "./notices.js";
import { element, tell } from "./page.js";
import { choose, chosen } from "./storage.js";

/** @param {import("./types.js").Say} say */
export function hangBell(say) {
  if (!isPossible()) return;
  const bell = element("bell");
  const notify = /** @type {HTMLInputElement} */ (element("notify"));
  const sound = /** @type {HTMLInputElement} */ (element("sound"));
  const show = () => showState(bell, notify, sound, say);
  // The first click is the question; whoever says no is not asked again unless they turn the switch.
  bell.addEventListener("click", () => chosen("notify") || setNotify(true).then(show));
  notify.addEventListener("change", () => setNotify(notify.checked).then(show));
  sound.addEventListener("change", () => {
    choose("sound", sound.checked ? "on" : "off");
    if (sound.checked) ring();
    show();
  });
  // Chosen in another tab.
  addEventListener("storage", show);
  bell.hidden = false;
  show();
}

async function setNotify(isWanted) {
  const isAllowed = isWanted && (await Notification.requestPermission()) === "granted";
  choose("notify", isAllowed ? "on" : "off");
}

function showState(bell, notify, sound, say) {
  const isBlocked = Notification.permission === "denied";
  notify.checked = isShowing();
  notify.disabled = isBlocked;
  sound.checked = isSounding();
  const hint = element("notify-hint");
  tell(hint, isBlocked ? say("notify_blocked") : "");
  const isOn = notify.checked || sound.checked;
  bell.dataset.on = String(isOn);
  bell.title = say(isOn ? "bell_on" : "bell_off");
  bell.setAttribute("aria-label", bell.title);
}
