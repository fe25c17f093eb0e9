/** A link at an end of the timeline that is followed by itself when it comes near. */

const NEAR = "600px 0px";

export class Edge {
  #busy = false;

  /**
   * @param {HTMLElement} link
   * @param {HTMLElement} box what is scrolled
   * @param {() => Promise<void>} load fetches and shows what is beyond
   * @param {string} failed what the link says when that failed
   */
  constructor(link, box, load, failed) {
    this.link = link;
    this.load = load;
    this.failed = failed;
    this.label = link.textContent ?? "";
    this.watcher = new IntersectionObserver((entries) => this.#seen(entries), {
      root: box,
      rootMargin: NEAR,
    });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.follow();
    });
  }

  /** Whether there is anything beyond. */
  set isOpen(isOpen) {
    if (this.link.hidden !== isOpen) return;
    this.link.hidden = !isOpen;
    this.again();
  }

  /** An observer speaks of changes only: the link may be in view still. */
  again() {
    this.watcher.unobserve(this.link);
    this.watcher.observe(this.link);
  }

  /** Load what is beyond. */
  async follow() {
    if (this.#busy || this.link.hidden) return;
    this.#busy = true;
    this.link.setAttribute("aria-busy", "true");
    const isDone = await this.load().then(() => true, () => false);
    this.#busy = false;
    this.link.removeAttribute("aria-busy");
    this.link.textContent = isDone ? this.label : this.failed;
    if (isDone) this.again();
  }

  #seen(entries) {
    if (entries.some((entry) => entry.isIntersecting)) this.follow();
  }
}
