/** Loads what folds runs of replies, once there is such a run. */

import { lazy } from "../lib/lazy.js";
import { findRuns } from "./reply_runs.js";

/**
 * Fold such runs, once there is one.
 * @param {any} history a History
 * @param {number} lastRead what is behind it stays shown: it was not read when the page was opened, or not there
 * @param {import("../lib/types.js").Translate} t
 */
export function foldRuns(history, lastRead, t) {
  const { list } = history.timeline;
  const hasRuns = () => findRuns(list, lastRead).length > 0;
  const isOpening = hasRuns() && !history.hasFetched;
  const folds = lazy(
    () => import("./reply_folds.js"),
    (it) => new it.ReplyFolds(history, lastRead, t, isOpening),
  );
  const look = () => hasRuns() && folds(() => observer.disconnect());
  const observer = new MutationObserver(look);
  observer.observe(list, { childList: true });
  look();
}
