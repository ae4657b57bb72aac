import { danfo } from "../tables/danfo.js";
import { inNotebook } from "./display.js";

export { showClosing } from "./closing.js";
export { type Answered, collectionMap, notebookLink } from "./collection.js";
export { type Display, inNotebook, type MimeBundle, type MimeMetadata, show } from "./display.js";
export { type ShowFigureOptions, showFigure } from "./figure.js";
export { showFigureOf } from "./hypothesis-figure.js";
export { type Learned, whatWeLearned } from "./learned.js";
export { type ProgressDisplay, type ProgressState, progressDisplay } from "./progress.js";
export { type RerunSettings, rerun } from "./rerun.js";
export { type LoadOrTrainOptions, loadOrTrainArms } from "./runs.js";
export { cellSignal } from "./signal.js";
export { showSpecifications } from "./specifications.js";
export { showTable } from "./table.js";
export { showText } from "./text.js";
export { showVerdict } from "./verdict.js";

// Frames that a cell makes by itself print as tables too, from the first.
if (inNotebook()) danfo();
