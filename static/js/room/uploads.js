/** Sends the files of messages that wait for them, one after the other, and shows how far it has got. */

import { on, redirectToLogin } from "../lib/page.js";
import { fileTools, fill } from "./file_tools.js";
import { showUpload } from "./pending_uploads.js";
import { discard, send } from "../net/upload.js";

/** In milliseconds: where nothing could be sent, it is tried again. */
const RETRY = 5_000;
/** What says nothing about the file: nobody is logged in, too early, too slow, elsewhere at this moment. */
const PASSING = [401, 408, 409, 423, 429];

export class Uploads {
  #isBusy = false;
  /** @type {AbortController | undefined} of what is being sent */
  #aborter;
  /** The client_id of its message. */
  #current = "";

  /**
   * @param {import("./outbox.js").Outbox} outbox
   * @param {import("./message_store.js").MessageStore} store
   * @param {import("./timeline.js").Timeline} timeline
   */
  constructor(outbox, store, timeline) {
    this.outbox = outbox;
    /** Where messages are shown. */
    this.places = [{ store, timeline }];
    on(outbox, "waiting", () => this.#changed());
    this.#watch(store, timeline);
    on(outbox, "uploads", ({ detail }) => detail.forEach(discard));
    on(window, "online", () => this.#changed());
    this.#changed();
  }

  /**
   * Show them in the pane of a thread, too.
   * @param {any} messages of the thread
   * @param {AbortSignal} signal when it is closed
   */
  showIn(messages, signal) {
    this.places.push(messages);
    signal.addEventListener("abort", () => (this.places = this.places.filter((each) => each !== messages)));
    this.#watch(messages.store, messages.timeline);
    this.#changed();
  }

  #watch(store, timeline) {
    on(store, "content", ({ detail }) => detail.message_id && timeline.element(detail).querySelector(".uploads")?.remove());
  }

  #changed() {
    // Taken back while it was being sent.
    if (this.#current && !this.outbox.get(this.#current)) this.#aborter?.abort();
    for (const message of this.outbox.all) if (message.uploads) this.#show(message);
    this.#next();
  }

  #show(message, progress = undefined, note = "") {
    const cancel = () => this.outbox.failures((it) => it.discard(message.client_id));
    const pause = () => this.#pause(message.client_id);
    for (const { store, timeline } of this.places) {
      const shown = store.all.find((each) => each.client_id === message.client_id && !each.message_id);
      if (shown) showUpload(timeline.element(shown), message, { progress, note, cancel, pause });
    }
  }

  /** Or go on. */
  async #pause(clientId) {
    const message = this.outbox.get(clientId);
    if (!message) return;
    message.isPaused = !message.isPaused;
    await this.outbox.storage.update(message);
    this.#show(message);
    if (message.isPaused && this.#current === clientId) this.#aborter?.abort();
    this.#next();
  }

  async #next() {
    const message = this.outbox.all.find(({ uploads, failure, isPaused }) => uploads && !failure && !isPaused);
    if (!message || this.#isBusy) return;
    this.#isBusy = true;
    this.#current = message.client_id;
    this.#aborter = new AbortController();
    const isDone = await alone(message.client_id, () => this.#send(message)).finally(() => {
      this.#isBusy = false;
      this.#current = "";
    });
    if (isDone) this.#next();
    else setTimeout(() => this.#next(), RETRY);
  }

  /** @returns {Promise<boolean>} whether there is nothing more to be done with it for now */
  async #send(message) {
    const ids = [];
    const total = message.uploads.reduce((sum, { file }) => sum + file.size, 0);
    let before = 0;
    let name = "";
    try {
      for (const each of message.uploads) {
        name = each.file.name;
        const told = (bytes) => {
          this.#show(message, total ? (before + bytes) / total : 1);
          return this.#keep(message, each);
        };
        ids.push(await send(this.outbox.storage.owner.room, each, told, this.#aborter.signal));
        before += each.file.size;
      }
    } catch (error) {
      return this.#failed(message.client_id, error, message.uploads[1] ? `${name}: ` : "", name);
    }
    // What the database has is another object by now.
    const now = this.outbox.get(message.client_id);
    if (!now) return true;
    now.files = ids;
    delete now.uploads;
    await this.outbox.storage.update(now);
    this.outbox.sendNext();
    return true;
  }

  /** That it has begun: it goes on there after a reload. What the outbox has is another object by now. */
  #keep({ client_id }, { key, id }) {
    const kept = this.outbox.get(client_id);
    const upload = kept?.uploads?.find((each) => each.key === key);
    if (!upload || upload.id === id) return;
    upload.id = id;
    return this.outbox.storage.update(kept);
  }

  /** `which` says which one of several it is about. */
  async #failed(clientId, { status = 0, message = "", code = "" }, which, name) {
    const kept = this.outbox.get(clientId);
    if (!kept) return true;
    if (kept.isPaused) return true;
    // What is kept here goes on after the next login.
    if (status === 401) redirectToLogin();
    if (status < 400 || PASSING.includes(status) || status >= 500) {
      this.#show(kept, undefined, "uploadFailed");
      return false;
    }
    const text = code === "unreadable" ? fill((await fileTools()).dataset.unreadable, { name }) : which + message;
    await this.outbox.failures((it) => it.setFailure(kept, text));
    this.outbox.dispatch("failed", kept);
    return true;
  }
}

/** Another tab may have the same message. */
function alone(name, act) {
  if (!("locks" in navigator)) return act();
  return navigator.locks.request(`beseda upload ${name}`, { ifAvailable: true }, (lock) => (lock ? act() : false));
}
