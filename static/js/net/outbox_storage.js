/**
 * What waits to be sent, in IndexedDB: it survives reload, the closed tab and the closed browser. A
 * window without it (some private ones) answers `undefined` to everything.
 */

/** @typedef {import("../lib/types.js").PendingMessage} PendingMessage */

/** Some browsers never answer when their database is broken. */
const OPEN_TIMEOUT = 3_000;

/** @type {Promise<IDBDatabase> | undefined} */
let database;

/** The messages of one user in one room that are not stored by the server yet. */
export class OutboxStorage {
  /**
   * @param {number} user
   * @param {number} room
   */
  constructor(user, room) {
    this.owner = { user, room };
  }

  /** @returns {Promise<PendingMessage[] | undefined>} in the order of writing, whatever tab it was in */
  all() {
    const { user, room } = this.owner;
    return runTransaction("readonly", (store) => store.index("place").getAll([user, room]));
  }

  /**
   * @param {PendingMessage} message
   * @returns {Promise<number | undefined>} its number, once it is on the disk
   */
  add(message) {
    return runTransaction("readwrite", (store) => {
      const added = store.add({ ...message, ...this.owner });
      // At once, not when this page is notified: it may be closed at any moment.
      store.transaction.commit();
      return added;
    });
  }

  /**
   * Store what has changed, unless another tab has removed it.
   * @param {PendingMessage} message
   */
  async update(message) {
    if (!message.number) return;
    await runTransaction("readwrite", (store) => {
      const request = store.openCursor(message.number);
      request.onsuccess = () => request.result?.update({ ...message, ...this.owner });
      return request;
    });
  }

  /** @param {PendingMessage} message */
  async remove({ number }) {
    if (number) await runTransaction("readwrite", (store) => store.delete(number));
  }
}

/**
 * One transaction, to its end; never an error.
 * @template Result
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Result>} ask
 * @returns {Promise<any>} the result of the request
 */
export async function runTransaction(mode, ask) {
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
    setTimeout(reject, OPEN_TIMEOUT);
  });
  return database;
}
