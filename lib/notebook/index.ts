export { type Display, inNotebook, type MimeBundle, type MimeMetadata, show } from "./display.js";
export { type ShowFigureOptions, showFigure } from "./figure.js";
export { showFigureOf } from "./hypothesis-figure.js";
export { type ProgressDisplay, type ProgressState, progressDisplay } from "./progress.js";
export { type LoadOrTrainOptions, loadOrTrainArms } from "./runs.js";
export { cellSignal } from "./signal.js";
export { showTable } from "./table.js";
export { showText } from "./text.js";
export { showVerdict } from "./verdict.js";
