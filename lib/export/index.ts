export { type PictureFormat, pictureFormats, type RenderOptions, renderFigure } from "./render.js";
export {
  type ExportFormat,
  type ExportOptions,
  type ExportResult,
  exportFormats,
  exportRuns,
} from "./runs.js";
