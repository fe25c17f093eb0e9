/** Popovers beside what they are about; on a phone CSS makes them sheets at the bottom. */

const GAP = 8;

/**
 * @param {HTMLElement} popup a popover
 * @param {{left: number, top: number, bottom: number}} anchor
 */
export function showPopoverAt(popup, anchor) {
  popup.showPopover();
  placePopover(popup, anchor);
}

/**
 * Put an open one where it fits, with the size that it has now.
 * @param {HTMLElement} popup
 * @param {{left: number, top: number, bottom: number}} anchor
 */
export function placePopover(popup, anchor) {
  const { offsetWidth: width, offsetHeight: height } = popup;
  const [below, above] = [anchor.bottom + GAP / 2, anchor.top - height - GAP / 2];
  const lowest = innerHeight - height - GAP;
  // Where it fits neither below nor above, it covers what it is about.
  const top = below < lowest ? below : above < GAP ? lowest : above;
  popup.style.top = `${Math.max(GAP, top)}px`;
  popup.style.left = `${Math.max(GAP, Math.min(anchor.left, innerWidth - width - GAP))}px`;
}
