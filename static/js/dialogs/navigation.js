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
  const ask = () => get(connection.probe).then(() => true, ({ status }) => status < 500);
  if (connection.isOnline || (await ask())) location.assign(href);
  else toast();
}
