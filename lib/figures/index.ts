export { closeBrowser, findBrowser } from "./browser.js";
export { deadShareByLayer } from "./by-layer.js";
export { deadShareByPenalty, errorByPenalty } from "./by-penalty.js";
export type { PlotlyFigure } from "./figure.js";
export { frontier } from "./frontier.js";
export { gammaHistograms } from "./gamma-histograms.js";
export { deadShareOverTraining } from "./over-training.js";
export { renderFigure } from "./render.js";
export { type Theme, template, withTheme } from "./theme.js";
