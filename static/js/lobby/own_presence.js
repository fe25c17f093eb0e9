/** Whether I am not to be disturbed: loaded when I have chosen it on another device, or ceased to. */

import { setUnreadInTitle } from "./tab_title.js";

/** @param {string | undefined} presence mine, now */
export function showPresence(presence) {
  document.querySelector("link[rel=icon]")?.toggleAttribute("data-dnd", presence === "dnd");
  if (presence === "dnd") setUnreadInTitle(0, 0);
}
