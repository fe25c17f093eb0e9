/** Links by which people come: the new one is copied by a button, times are the reader's own. */

import { toast } from "../dialogs/toast.js";
import { copy } from "../lib/clipboard.js";
import { showTimes } from "../lib/times.js";

showTimes(document);
const button = document.getElementById("copy");
const address = document.getElementById("address");
if (button && address) {
  button.hidden = false;
  const { copied, failed } = button.dataset;
  button.addEventListener("click", () =>
    copy(/** @type {HTMLInputElement} */ (address).value).then(
      () => toast(copied),
      () => toast(failed),
    ),
  );
}
