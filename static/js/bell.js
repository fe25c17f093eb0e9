/** The bell: whether this browser tells of messages while nobody looks. Its panel is loaded when it is used. */

import { lazily } from "./lazily.js";
import { isPossible, isShowing, isSounding } from "./notices.js";
import { element, on } from "./page.js";

/** @param {import("./types.js").Say} say */
export function hangBell(say) {
  if (!isPossible()) return;
  const bell = element("bell");
  const show = () => {
    const isOn = isShowing() || isSounding();
    bell.dataset.on = isOn;
    bell.title = bell.ariaLabel = say(isOn ? "bell_on" : "bell_off");
  };
  const panel = lazily(
    () => import("./bell_panel.js"),
    ({ BellPanel }) => new BellPanel(show, say),
  );
  on(bell, "click", () => panel((it) => it.asked()));
  on(element("attention"), "change", ({ target: { id, checked } }) => {
    panel((it) => it.chose(id, checked));
  });
  // Chosen in another tab.
  addEventListener("storage", show);
  bell.hidden = false;
  show();
}
