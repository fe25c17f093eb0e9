/** A short notice that goes away by itself. */

import { element } from "../lib/page.js";

const TIMEOUT = 4_000;
let timer = 0;

/** @param {string} [text] without one, that there is no connection */
export function toast(text) {
  const line = element("toast");
  line.textContent = text ?? line.dataset.offline ?? "";
  clearTimeout(timer);
  const clear = () => {
    // Nobody has seen it yet.
    if (document.hidden) timer = setTimeout(clear, TIMEOUT);
    else line.textContent = "";
  };
  timer = setTimeout(clear, TIMEOUT);
}
