import { UserError } from "../../../errors.js";
import type { PlotlyFigure } from "../../../figures/figure.js";
import type { Drawn, RunnerReport } from "../messages.js";

let asked = 0;

/** In the place of the browser that draws pictures: the page that the cell stands in draws it. */
export async function renderFigure(
  figure: PlotlyFigure,
  { format = "png" }: { format?: string } = {},
): Promise<Buffer> {
  if (format !== "svg" && format !== "png")
    throw new UserError(
      `A page draws no ${format}. Choose "svg" or "png", or run this cell in JupyterLab: npm run lab`,
    );
  const id = ++asked;
  const drawn = new Promise<Drawn>((resolve) => {
    const hear = ({ data }: MessageEvent<Drawn>) => {
      if (data.type !== "drawn" || data.id !== id) return;
      removeEventListener("message", hear as EventListener);
      resolve(data);
    };
    addEventListener("message", hear as EventListener);
  });
  (globalThis as unknown as { postMessage(report: RunnerReport): void }).postMessage({
    ...{ type: "draw", id, figure, format },
  });
  const { picture, problem } = await drawn;
  if (!picture) throw new UserError(`The page could not draw this figure: ${problem}`);
  return Buffer.from(picture);
}
