/** The server has answered with a problem about somebody to invite: the panel that says it is opened. */

import { element } from "./page.js";

const panel = element("people");
panel.removeAttribute("data-problem");
if (getComputedStyle(panel).display === "none") panel.showPopover();
