/** Ctrl+K, and the buttons that do the same: the dialog opens at once, what it does is loaded then. */

import { lazy } from "../lib/lazy.js";
import { element, on, query, queryAll, setText } from "../lib/page.js";

/** @param {import("../lobby/room_store.js").RoomStore} rooms */
export function enableSwitcher(rooms) {
  const dialog = /** @type {HTMLDialogElement} */ (element("switcher"));
  const note = element("switcher-note");
  const switcher = lazy(
    () => import("./switcher.js"),
    (it) => new it.Switcher(dialog, rooms),
    () => setText(note, note.dataset.failed ?? ""),
  );

  function open() {
    if (dialog.open) return;
    const input = /** @type {HTMLInputElement} */ (query(dialog, "input"));
    input.value = "";
    dialog.showModal();
    switcher((it) => it.search());
  }

  on(dialog, "click", ({ target }) => {
    if (target === dialog || target.closest(".icon-button")) dialog.close();
  });
  on(document, "keydown", (event) => {
    // By its place on the keyboard: on a Russian one the key is Л.
    const isShortcut = event.code === "KeyK" && (event.ctrlKey || event.metaKey);
    if (!isShortcut || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  for (const button of queryAll(document, "[data-switcher]")) {
    button.hidden = false;
    on(button, "click", open);
  }
}
