/** Deleting one's account clears what this browser stores of it, too. */

import { clearStored } from "../net/clear_storage.js";
import { query } from "../lib/page.js";

const form = /** @type {HTMLFormElement} */ (query(document, "form[data-user]"));
const tabs = new BroadcastChannel("logout");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  remove().catch(() => form.submit());
});

async function remove() {
  const user = Number(form.dataset.user);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  // A refusal is a page, which the browser shows when it sends the form itself.
  if (!answer.ok) return form.submit();
  if (new URL(answer.url).pathname === "/login") {
    tabs.postMessage(user);
    await clearStored(user);
  }
  location.assign(answer.url);
}
