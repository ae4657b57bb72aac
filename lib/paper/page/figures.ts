import type { PlotlyFigure } from "../../figures/figure.js";
import { drawInPlace } from "./draw.js";
import { loadPlotly } from "./plotly.js";

/**
 * Draws each figure when a reader comes near it; its picture stands there until then, and stays where drawing fails.
 * Nothing is loaded before the reader has done anything.
 */
export function drawFiguresWhenSeen(): void {
  const stages = document.querySelectorAll<HTMLElement>(".figure-stage[data-figure]");
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        void draw(target as HTMLElement);
      }
    },
    { rootMargin: "300px 0px" },
  );
  const start = () => {
    for (const name of signs) removeEventListener(name, start);
    for (const stage of stages) observer.observe(stage);
  };
  const signs = ["scroll", "pointermove", "pointerdown", "keydown"] as const;
  for (const name of signs) addEventListener(name, start, { passive: true });
}

async function draw(stage: HTMLElement): Promise<void> {
  try {
    const [library, response] = await Promise.all([loadPlotly(), fetch(stage.dataset.figure!)]);
    if (!response.ok) throw new Error(`${stage.dataset.figure} is missing`);
    const whole = (await response.json()) as PlotlyFigure;
    await drawInPlace(library, stage, whole, { head: stage.dataset.bare === undefined });
    stage.classList.add("drawn");
  } catch (error) {
    const note = document.createElement("p");
    note.className = "notice";
    note.textContent = `This figure stays a picture: ${error instanceof Error ? error.message : String(error)}. Build the site again with npm run paper.`;
    stage.closest("figure")?.append(note);
  }
}
