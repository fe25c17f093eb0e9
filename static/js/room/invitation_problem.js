/** The server has answered with a problem about somebody to invite: the panel that says it is opened. */

import { element } from "../lib/page.js";

const panel = element("people");
panel.removeAttribute("data-problem");
const field = panel.querySelector("#invite [name=username]");
// The focus has come there before anything listened to it.
if (field === document.activeElement) field?.dispatchEvent(new Event("focus"));
if (getComputedStyle(panel).display === "none") panel.showPopover();
