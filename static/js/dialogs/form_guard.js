/** Forms: while the server is away they stay, with what was typed, where the browser would show its own error. */

import { element, on } from "../lib/page.js";
import { isReachable } from "./navigation.js";
import { toast } from "./toast.js";

/** @param {import("../net/socket.js").Connection} lobby tells whether the server is there */
export function guardForms(lobby) {
  const asking = new Set();
  /** @type {HTMLFormElement | undefined} the one that the server is there for */
  let allowed;
  on(document, "submit", async (event) => {
    const { target, submitter } = event;
    // What scripts send has been taken by them; a dialog's form goes nowhere.
    if (event.defaultPrevented || target.method !== "post" || lobby.isOnline || target === allowed) return;
    event.preventDefault();
    if (asking.has(target)) return;
    asking.add(target);
    const isThere = await isReachable();
    asking.delete(target);
    if (!isThere) return toast(element("toast").dataset.unsent);
    allowed = target;
    target.requestSubmit(submitter);
    allowed = undefined;
  });
}
