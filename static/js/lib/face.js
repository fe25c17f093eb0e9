/** What stands for somebody: their picture, or the first letter of their name. */

import { setText } from "./page.js";
import { initial } from "./text.js";

/**
 * @param {HTMLElement} avatar
 * @param {string} name
 * @param {string} [picture] as in members; none without it
 */
export function showFace(avatar, name, picture) {
  if (!picture) return setText(avatar, initial(name));
  const src = `/pictures/${picture}-64.webp`;
  if (avatar.firstElementChild?.getAttribute("src") === src) return;
  avatar.replaceChildren(Object.assign(new Image(), { src, alt: "" }));
}
