/** Logging out takes along what this browser keeps of the user. */

import { part } from "./page.js";
import { forgetTyped } from "./storage.js";

const form = /** @type {HTMLFormElement} */ (part(document, "form[data-logout]"));
const tabs = new BroadcastChannel("logout");

tabs.onmessage = ({ data }) => forgetTyped(data);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.dataset.leaving = "";
  import("./leave.js").then(({ leave }) => leave(form, tabs)).catch(() => form.submit());
});
