/** Popovers beside what they are about; on a phone CSS makes them sheets at the bottom. */

const GAP = 8;

/**
 * @param {HTMLElement} popup a popover
 * @param {{left: number, top: number, bottom: number}} anchor
 */
export function showPopoverAt(popup, anchor) {
  popup.showPopover();
  const { offsetWidth: width, offsetHeight: height } = popup;
  const below = anchor.bottom + GAP / 2;
  const top = below + height + GAP < innerHeight ? below : anchor.top - height - GAP / 2;
  popup.style.top = `${Math.max(GAP, top)}px`;
  popup.style.left = `${Math.max(GAP, Math.min(anchor.left, innerWidth - width - GAP))}px`;
}
