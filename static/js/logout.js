/** Logging out takes along what this browser keeps of the user. */

import { part } from "./page.js";
import { forgetTyped } from "./storage.js";

const form = /** @type {HTMLFormElement} */ (part(document, "form[data-logout]"));
const user = Number(form.dataset.logout);
const tabs = new BroadcastChannel("logout");

tabs.onmessage = ({ data }) => forgetTyped(data);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.dataset.leaving = "";
  // The other tabs leave their pages as soon as the login has ended.
  tabs.postMessage(user);
  const answer = await fetch(form.action, { method: "POST" }).catch(() => null);
  // Without a network nobody is logged out, and nothing may be lost: the browser says so.
  if (!answer?.ok) return form.submit();
  forgetTyped(user);
  const drafts = await import("./drafts.js").catch(() => null);
  await drafts?.forgetDrafts(user);
  location.assign(answer.url);
});
