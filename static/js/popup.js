/** Small windows beside what they are about; on a phone CSS makes them sheets at the bottom. */

const GAP = 8;

/**
 * @param {HTMLElement} popup a popover
 * @param {{left: number, top: number, bottom: number}} spot
 */
export function openAt(popup, spot) {
  popup.showPopover();
  const { offsetWidth: width, offsetHeight: height } = popup;
  const below = spot.bottom + GAP / 2;
  const top = below + height + GAP < innerHeight ? below : spot.top - height - GAP / 2;
  popup.style.top = `${Math.max(GAP, top)}px`;
  popup.style.left = `${Math.max(GAP, Math.min(spot.left, innerWidth - width - GAP))}px`;
}
