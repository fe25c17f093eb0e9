/** On a narrow screen the rooms are in a drawer, which is loaded when its button is used. */

import { goTo } from "../dialogs/navigation.js";
import { on, queryAll } from "../lib/page.js";

/** Without scripts it is a link to the page of rooms; here it is a button. */
export function enableDrawer() {
  for (const link of /** @type {HTMLAnchorElement[]} */ (queryAll(document, "[data-drawer]"))) {
    const open = (event) => {
      event.preventDefault();
      import("../dialogs/drawer_dialog.js").then((it) => it.openDrawer()).catch(() => goTo(link.href));
    };
    Object.assign(link, { role: "button", ariaHasPopup: "dialog" });
    on(link, "click", open);
    on(link, "keydown", (event) => event.key === " " && open(event));
  }
}
