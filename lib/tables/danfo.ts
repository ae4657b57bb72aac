import { requireOptional } from "../optional.js";
import { fromDataFrame } from "./frames.js";
import { renderTable } from "./render.js";

type Danfo = typeof import("danfojs-node");

let loaded: Danfo | undefined;

/**
 * danfojs, loaded when a frame is first asked for: that takes a second or two, which a command without one should not
 * wait for. The one place that loads it. Its frames print their internals in a notebook; with an inspector they print as
 * tables. It sits on the class that all frames descend from, so that those a cell derives print alike.
 */
export function danfo(): Danfo {
  if (loaded) return loaded;
  loaded = requireOptional<Danfo>("danfojs-node");
  Object.defineProperty(
    Object.getPrototypeOf(loaded.DataFrame.prototype),
    Symbol.for("nodejs.util.inspect.custom"),
    {
      configurable: true,
      value(this: InstanceType<Danfo["DataFrame"]>): string {
        return renderTable(fromDataFrame(this), "text");
      },
    },
  );
  return loaded;
}
