/** Keyboard shortcuts: their dialog opens by `?` outside of fields, by Ctrl+/ anywhere, by buttons; Alt with an arrow
 * opens another room.
 */

import { lazy } from "../lib/lazy.js";
import { on, queryAll, showMacKeys } from "../lib/page.js";
import { toast } from "../dialogs/toast.js";

const FIELDS = "input, textarea, select, [contenteditable]";

const dialog = lazy(
  () => import("../dialogs/shortcuts_dialog.js"),
  (it) => it.loadShortcuts(),
  toast,
);
const neighbour = lazy(
  () => import("../dialogs/neighbour_room.js"),
  (module) => module,
);

on(document, "keydown", (event) => {
  const { key, code, target } = event;
  const isPlain = !(event.ctrlKey || event.metaKey);
  if (!isPlain && (key === "/" || code === "Slash")) {
    event.preventDefault();
    dialog((it) => it.open());
  } else if (isPlain && key === "?" && !event.altKey && !target.closest?.(FIELDS)) {
    dialog((it) => it.openBySingleKey());
  } else if (isPlain && event.altKey && /^Arrow(Up|Down)$/.test(key)) {
    event.preventDefault();
    neighbour((it) => it.openNeighbour(key === "ArrowUp" ? -1 : 1, event.shiftKey));
  }
});
for (const button of queryAll(document, "[data-shortcuts]")) {
  on(button, "click", () => dialog((it) => it.open()));
}
showMacKeys(document);
