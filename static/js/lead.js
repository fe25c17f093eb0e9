/** Leads to a message of the room, wherever in the history it is. */

const CONTEXT = 20;
const PAGE = 50;

/**
 * @param {import("./history.js").History} history
 * @param {number} number
 */
export async function lead(history, number) {
  if (!history.timeline.item(number)) await loadAround(history, number);
  const message = history.timeline.item(number);
  if (!message) return;
  history.timeline.list.querySelector(".highlighted")?.classList.remove("highlighted");
  message.classList.add("highlighted");
  history.scroll.show(message, 0.3);
}

async function loadAround(history, number) {
  const pages = [
    history.fetch(`before=${number}&limit=${CONTEXT}`),
    history.fetch(`after=${number - 1}&limit=${PAGE}`),
  ];
  history.replace((await Promise.all(pages).catch(() => [])).flat());
}
