import dfd from "danfojs-node";
import { fromDataFrame } from "./frames.js";
import { renderTable } from "./render.js";

/*
 * The one import of danfojs. Its frames print their internals in a notebook; with an inspector they print as tables.
 * It sits on the class that all frames descend from, so that those a cell derives print alike.
 */
Object.defineProperty(
  Object.getPrototypeOf(dfd.DataFrame.prototype),
  Symbol.for("nodejs.util.inspect.custom"),
  {
    configurable: true,
    value(this: dfd.DataFrame): string {
      return renderTable(fromDataFrame(this), "text");
    },
  },
);

export { dfd };
