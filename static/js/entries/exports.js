/** The page of an export, or another job: how far it has got, until it is ready. */

import { query } from "../lib/page.js";

const SECONDS = 2;
const export_ = document.querySelector("[data-job]");

if (export_) setTimeout(look, SECONDS * 1000);

async function look() {
  const answer = await fetch(`${export_.dataset.jobs ?? "/api/jobs/"}${export_.dataset.job}`).catch(() => null);
  if (answer?.ok) {
    const job = await answer.json();
    if (!["waiting", "running"].includes(job.state)) return location.reload();
    if (job.total) Object.assign(query(export_, "progress"), { max: job.total, value: job.progress });
  } else if (answer && answer.status < 500) return location.reload();
  setTimeout(look, SECONDS * 1000);
}
