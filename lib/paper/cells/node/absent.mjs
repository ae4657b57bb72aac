/** A function, and a class that others can extend, that says when it is called that a page has none. */
function absent(module, name) {
  function unavailable() {
    throw Object.assign(
      new Error(
        `${name} of ${module} is there in Node only, not in a page. Run this cell in JupyterLab: npm run lab`,
      ),
      { name: "UserError" },
    );
  }
  return unavailable;
}

/**
 * A module of Node's of which `own` is what a page has: of all else, any name is absent. On the prototype, where esbuild's
 * imports look too.
 */
export function withAbsent(module, own) {
  const names = new Map();
  const others = new Proxy(Function.prototype, {
    get(target, name) {
      if (typeof name === "symbol" || name in target || name === "__esModule" || name === "then")
        return Reflect.get(target, name);
      if (!names.has(name)) names.set(name, absent(module, name));
      return names.get(name);
    },
  });
  // Some modules are a class themselves.
  return Object.assign(Object.setPrototypeOf(absent(module, "The class"), others), own);
}
