/** An escaped backslash, or half a surrogate pair: `JSON.stringify` escapes a half, and whole pairs never. */
const escapes = /\\\\|\\ud[89a-f][0-9a-f]{2}/g;

/**
 * A JSON value without halves of surrogate pairs, in strings and in keys, each replaced by U+FFFD as Unicode asks.
 * `"🙂".slice(0, 1)` is such a half: Jupyter cannot write it as UTF-8, and loses the notebook over it.
 */
export function wellFormed<Value extends object>(value: Value): Value {
  const text = JSON.stringify(value);
  const mended = text.replace(escapes, (found) => (found === "\\\\" ? found : "\ufffd"));
  return mended === text ? value : (JSON.parse(mended) as Value);
}
