export { type Display, inNotebook, type MimeBundle, type MimeMetadata, show } from "./display.js";
export { type ShowFigureOptions, showFigure } from "./figure.js";
export { type ProgressDisplay, type ProgressState, progressDisplay } from "./progress.js";
export { cellSignal } from "./signal.js";
export { showTable } from "./table.js";
export { showVerdict } from "./verdict.js";
