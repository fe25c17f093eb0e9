/** A link at an end of the timeline that is followed by itself when it comes near. */

/** So far before the link comes into view it is followed. */
const ROOT_MARGIN = "600px 0px";

export class InfiniteScroll {
  #isLoading = false;

  /**
   * @param {HTMLElement} link
   * @param {HTMLElement} box what is scrolled
   * @param {() => Promise<void>} load fetches and shows what is beyond
   * @param {string} failed what the link says when that failed
   */
  constructor(link, box, load, failed) {
    Object.assign(this, { link, load, failed });
    this.label = link.textContent ?? "";
    this.observer = new IntersectionObserver((entries) => this.#intersected(entries), {
      root: box,
      rootMargin: ROOT_MARGIN,
    });
    this.observeAgain();
  }

  /** An observer tells of changes only: the link may be in view still. */
  observeAgain() {
    this.observer.unobserve(this.link);
    this.observer.observe(this.link);
  }

  /** Load what is beyond. */
  async loadMore() {
    if (this.#isLoading || this.link.hidden) return;
    this.#isLoading = true;
    this.link.setAttribute("aria-busy", "true");
    const isDone = await this.load().then(() => true, () => false);
    this.#isLoading = false;
    this.link.removeAttribute("aria-busy");
    this.link.textContent = isDone ? this.label : this.failed;
    if (isDone) this.observeAgain();
  }

  #intersected(entries) {
    if (entries.some((entry) => entry.isIntersecting)) this.loadMore();
  }
}
