/**
 * What waits to be sent, in IndexedDB: it survives reload, the closed tab and the closed browser. A
 * window without it (some private ones) answers `undefined` to everything.
 */

/** @typedef {import("./types.js").Draft} Draft */

/** Some browsers never answer when their database is broken. */
const PATIENCE = 3_000;

/** @type {Promise<IDBDatabase> | undefined} */
let database;

/** The drafts of one user in one room. */
export class Drafts {
  /**
   * @param {number} user
   * @param {number} room
   */
  constructor(user, room) {
    this.place = { user, room };
  }

  /** @returns {Promise<Draft[] | undefined>} in the order of writing, whatever tab it was in */
  all() {
    const { user, room } = this.place;
    return run("readonly", (store) => store.index("place").getAll([user, room]));
  }

  /**
   * @param {Draft} draft
   * @returns {Promise<number | undefined>} its number, once it is on the disk
   */
  add(draft) {
    return run("readwrite", (store) => {
      const added = store.add({ ...draft, ...this.place });
      // Not only when this page has heard of it: it may be closed at any moment.
      store.transaction.commit();
      return added;
    });
  }

  /**
   * Keep what has changed, unless another tab has removed it.
   * @param {Draft} draft
   */
  async change(draft) {
    if (!draft.number) return;
    await run("readwrite", (store) => {
      const found = store.openCursor(draft.number);
      found.onsuccess = () => found.result?.update({ ...draft, ...this.place });
      return found;
    });
  }

  /** @param {Draft} draft */
  async remove({ number }) {
    if (number) await run("readwrite", (store) => store.delete(number));
  }
}

/**
 * One transaction, to its end; never an error.
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} ask
 * @returns {Promise<any>} the result of the request
 */
export async function run(mode, ask) {
  try {
    const transaction = (await open()).transaction("drafts", mode, { durability: "strict" });
    const request = ask(transaction.objectStore("drafts"));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = reject;
    });
  } catch {
    return undefined;
  }
}

function open() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("beseda", 1);
    request.onupgradeneeded = () => {
      const options = { keyPath: "number", autoIncrement: true };
      const store = request.result.createObjectStore("drafts", options);
      store.createIndex("place", ["user", "room"]);
    };
    request.onsuccess = () => {
      const opened = request.result;
      opened.onclose = () => (database = undefined);
      opened.onversionchange = () => opened.close();
      resolve(opened);
    };
    request.onerror = reject;
    setTimeout(reject, PATIENCE);
  });
  return database;
}
