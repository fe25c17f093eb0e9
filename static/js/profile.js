/** The choices of look and language: kept as soon as they are made. */

import { ApiError, send } from "./api.js";
import { element, part, tell, toLogin } from "./page.js";
import { showTimes } from "./times.js";

const page = document.documentElement;
const form = element("look-form");
const error = element("look-error");

showTimes(document);
form.addEventListener("change", ({ target }) => keep(target));
// After a choice that changed the whole page, go on from where it was made.
const choice = document.getElementById(location.hash.slice(1));
if (choice?.matches(".choice")) part(choice, ":checked").focus();

async function keep({ name, value }) {
  if (name === "theme") wear(value);
  try {
    await send("PATCH", "/api/profile", { [name]: value });
    error.hidden = true;
  } catch (problem) {
    if (problem instanceof ApiError && problem.status === 401) return toLogin();
    tell(error, form.dataset.failed ?? "");
    error.hidden = false;
    return;
  }
  if (name === "theme") return;
  history.replaceState(null, "", `#${name}`);
  location.reload();
}

function wear(theme) {
  if (theme) page.dataset.theme = theme;
  else delete page.dataset.theme;
}
