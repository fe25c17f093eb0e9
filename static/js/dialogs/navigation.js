/** Going to other pages: while the server is away this one stays, where the browser would show its own error. */

import { get } from "../net/api.js";
import { on } from "../lib/page.js";
import { toast } from "./toast.js";

/** @type {import("../net/socket.js").Connection} */
let connection;

/** @param {import("../net/socket.js").Connection} lobby tells whether the server is there */
export function guardLinks(lobby) {
  connection = lobby;
  on(document, "click", (event) => {
    const { href, origin, hash } = event.target.closest("a") ?? {};
    const isOther = event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || hash;
    if (lobby.isOnline || isOther || origin !== location.origin) return;
    event.preventDefault();
    goTo(href);
  });
}

/** @param {string} href */
export async function goTo(href) {
  if (await isReachable()) location.assign(href);
  else toast();
}

/** Whether the server is there: asked, where its socket does not say so. */
export async function isReachable() {
  return connection.isOnline || get(connection.probe).then(() => true, ({ status }) => status < 500);
}
