import { type GridRun, gridPaths, gridWords } from "../filter-grid.js";

/** Milliseconds that a probe is shown. */
const pace = 450;

/** Plays the probes of the first page's two runs: filters die where they stand. */
export function playOpening(): void {
  const figure = document.querySelector<HTMLElement>("[data-opening]");
  if (!figure) return;
  const { steps, runs } = JSON.parse(figure.dataset.opening!) as { steps: number[]; runs: GridRun[] };
  const controls = figure.querySelector<HTMLElement>(".opening-controls")!;
  const [button, moment, output] = ["button", "input", "output"].map(
    (name) => controls.querySelector<HTMLElement>(name)!,
  ) as [HTMLButtonElement, HTMLInputElement, HTMLOutputElement];
  const grids = [...figure.querySelectorAll<SVGElement>("svg.filters")];
  const words = [...figure.querySelectorAll<HTMLElement>(".opening-run span")];
  let timer: number | undefined;

  const show = (probe: number) => {
    moment.value = String(probe);
    output.textContent = `step ${steps[probe]!.toLocaleString("en-US")}`;
    runs.forEach((run, index) => {
      const states = run.states[probe]!;
      words[index]!.textContent = gridWords(states);
      gridPaths(run, states).forEach((path, state) => {
        grids[index]!.querySelector(`.filter-${state}`)!.setAttribute("d", path);
      });
    });
  };
  const stop = () => {
    window.clearInterval(timer);
    timer = undefined;
    button.textContent = "Play";
  };
  const play = () => {
    let probe = 0;
    show(probe);
    button.textContent = "Stop";
    timer = window.setInterval(() => {
      show(++probe);
      if (probe === steps.length - 1) stop();
    }, pace);
  };
  button.addEventListener("click", () => (timer === undefined ? play() : stop()));
  moment.addEventListener("input", () => {
    stop();
    show(Number(moment.value));
  });
  controls.hidden = false;
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play();
}
