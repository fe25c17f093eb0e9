/** On a narrow screen the rooms are in a drawer, which is loaded when its button is used. */

import { on, parts } from "./page.js";

/** Without a script it is a link to the page of rooms; here it is a button. */
export function offerDrawer() {
  for (const link of /** @type {HTMLAnchorElement[]} */ (parts(document, "[data-drawer]"))) {
    const open = async (event) => {
      event.preventDefault();
      try {
        const { openDrawer } = await import("./drawer_dialog.js");
        openDrawer();
      } catch {
        location.assign(link.href);
      }
    };
    Object.assign(link, { role: "button", ariaHasPopup: "dialog" });
    on(link, "click", open);
    on(link, "keydown", (event) => event.key === " " && open(event));
  }
}
