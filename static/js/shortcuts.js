/** The keyboard shortcuts: by `?` outside of fields, by Ctrl+/ anywhere, by buttons. Their dialog is loaded then. */

import { lazily } from "./lazily.js";
import { on, parts } from "./page.js";

const FIELDS = "input, textarea, select, [contenteditable]";

const dialog = lazily(
  () => import("./shortcuts_dialog.js"),
  (module) => module,
);

on(document, "keydown", (event) => {
  const { key, code, target } = event;
  const isPlain = !(event.ctrlKey || event.metaKey);
  if (!isPlain && (key === "/" || code === "Slash")) {
    event.preventDefault();
    dialog((it) => it.open());
  } else if (isPlain && key === "?" && !event.altKey && !target.closest?.(FIELDS)) {
    dialog((it) => it.askedByOneKey());
  }
});
for (const button of parts(document, "[data-shortcuts]")) {
  on(button, "click", () => dialog((it) => it.open()));
}
if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
  for (const key of parts(document, "[data-mac]")) key.textContent = key.dataset.mac ?? "";
}
