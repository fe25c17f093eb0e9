/** Modules that are loaded when they are first used. */

/**
 * Something made once, when it is first used. Where it cannot be loaded, as without a network, it is
 * tried again at the next use.
 * @template Modules, Made
 * @param {() => Promise<Modules>} load
 * @param {(modules: Modules) => Made} make
 * @param {() => void} [failed]
 * @returns {(use: (made: Made) => any) => Promise<any>} what `use` returns
 */
export function lazy(load, make, failed = () => {}) {
  /** @type {Promise<Made> | undefined} */
  let made;
  return async (use) => {
    made ??= load().then(make);
    const isThere = await made.then(() => true, () => false);
    if (isThere) return use(await made);
    made = undefined;
    failed();
  };
}
