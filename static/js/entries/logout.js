/** Logging out clears what this browser stores of the user. */

import { query } from "../lib/page.js";
import { clearDrafts } from "../lib/storage.js";

const form = /** @type {HTMLFormElement} */ (query(document, "form[data-logout]"));
const tabs = new BroadcastChannel("logout");

tabs.onmessage = ({ data }) => clearDrafts(data);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.dataset.leaving = "";
  import("../net/clear_storage.js").then(({ logOut }) => logOut(form, tabs)).catch(() => form.submit());
});
