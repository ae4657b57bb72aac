import type { Scale } from "../study/arm.js";
import type { Screened } from "./choice.js";

/**
 * What held-out images chose of every family (see `chooseSettings`), with the error and the dead share, in %, there; the most
 * accurate first. Written by `npm run sweep -- choose`; a test compares it with the records.
 */
export const chosenSettings: Partial<Record<Scale, Readonly<Record<string, readonly Screened[]>>>> = {};
