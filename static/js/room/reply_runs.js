/** Runs of replies: messages of one thread that follow each other and have been read. reply_folds.js folds them. */

/** Fewer are not folded. */
const MIN_RUN = 4;
/** What stands between the replies of a run without ending it: the lines above what is folded. */
export const LINES = ".reply-run, .deleted-run";

/**
 * @param {HTMLElement} list
 * @param {number} lastRead
 * @param {Set<number>} [opened] the ids of messages that are shown: a run has them all, or none of them
 * @returns {any[][]} the replies of each run, the oldest first; the last one has not been deleted
 */
export function findRuns(list, lastRead, opened = new Set()) {
  const runs = [];
  let key;
  for (const item of list.children) {
    if (item.matches(LINES)) continue;
    const id = idOf(item);
    const { thread } = item.dataset;
    // A message on its way has no id.
    const next = thread && id <= lastRead ? `${thread} ${opened.has(id)}` : undefined;
    if (next && next === key) runs.at(-1)?.push(item);
    else if (next) runs.push([item]);
    key = next;
  }
  return runs.map(upToLastThere).filter((run) => run.length >= MIN_RUN);
}

/** What a run shows of itself is no "message deleted". */
function upToLastThere(run) {
  return run.slice(0, run.findLastIndex((item) => !item.matches(".deleted")) + 1);
}

/** @param {any} item */
export function idOf(item) {
  return Number(item.dataset.messageId);
}

/**
 * Show a message that is folded, as the browser does with what it has found on the page.
 * @param {any} item
 */
export function reveal(item) {
  if (item.hidden) item.dispatchEvent(new Event("beforematch", { bubbles: true }));
}
