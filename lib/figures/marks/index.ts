export { bars, cells } from "./areas.js";
export { band, meanAndRange, middleHalf, type Summary } from "./curves.js";
export { mean, seeds } from "./estimates.js";
export { grouped, inPanel, type Look, type Mark, only } from "./mark.js";
export { label, rule, zone } from "./notes.js";
export { dot, type PathOptions, path } from "./points.js";
