import type { ArmRuns } from "../hypotheses/hypothesis.js";
import type { Run } from "../runs/record.js";
import { mean } from "../statistics.js";
import { curveTraces, endLabels } from "./curves.js";
import { allRuns, completedRuns, describeData, describeSeeds, lambdaText, requireRuns } from "./describe.js";
import type { PlotlyFigure } from "./figure.js";
import { stateOf } from "./filter-states.js";
import { axisId, axisKey, frame, panelDomain, panelName } from "./layout.js";
import { lambdaStyle, penaltySeries } from "./series.js";

/**
 * Mean selectivity of each layer's surviving filters at the end of training: a panel per optimizer and form of its
 * penalty, a line per strength in a band over the seeds. Dead filters are left out, since their selectivity is 1 whatever
 * they once answered to.
 */
export function selectivityByLayer(arms: ArmRuns[]): PlotlyFigure {
  requireRuns(arms, "the figure of selectivity by layer");
  const panels = penaltySeries(arms);
  const curves = new Map(arms.map((item) => [item, completedRuns(item).map(survivorSelectivity)]));
  const most = Math.max(0, ...[...curves.values()].flat(2).filter((value) => value !== null));
  const top = Math.min(100, Math.max(10, 10 * Math.ceil((most * 1.08) / 10)));
  const plotHeight = 330;
  const layout = frame({
    title: "How selective surviving filters are, by layer, optimizer and penalty strength",
    subtitle: [
      `${describeSeeds(arms)}. Line: mean of the seeds; band: lowest to highest. Selectivity: share of training images that a filter does not answer to, mean over the filters still active; layers without any have no point.`,
      describeData(arms),
    ],
    plotHeight,
    legend: false,
    right: 84,
  });
  const annotations: unknown[] = [];
  const data = panels.flatMap((panel, index) => {
    const axes = { x: axisId("x", index), y: axisId("y", index) };
    const domain = panelDomain(index, panels.length, panels.length > 1 ? 0.25 / panels.length : 0);
    const [run] = allRuns(panel.arms);
    const layers = run?.record.model.layers ?? [];
    layout[axisKey("x", index)] = {
      domain,
      anchor: axes.y,
      range: [-0.3, layers.length - 0.7],
      tickvals: layers.map((_, layer) => layer),
      ticktext: layers.map(({ name }) => name),
      showgrid: false,
      title: { text: "Layer, input to output" },
    };
    layout[axisKey("y", index)] = {
      anchor: axes.x,
      range: [0, top],
      ...(index === 0
        ? { title: { text: "Mean selectivity (%); higher: answers to fewer" } }
        : { showticklabels: false }),
    };
    annotations.push(panelName({ text: panel.name, x: domain[0] }));
    const ends = panel.arms.flatMap((item) => {
      const finals = curves.get(item)!.flatMap((curve) => curve.at(-1) ?? []);
      return finals.length > 0 ? [{ text: lambdaText(item.arm.lambda), value: mean(finals) }] : [];
    });
    annotations.push(
      ...endLabels(ends, {
        axes,
        at: layers.length - 1,
        range: top,
        height: plotHeight,
        merged: false,
        prefix: "λ = ",
      }),
    );
    const traces = panel.arms.map((item) =>
      curveTraces({
        name: item.arm.label,
        axes,
        x: layers.map((_, layer) => layer),
        curves: curves.get(item)!,
        ...lambdaStyle(item.arm.lambda, panel),
        hover: `${item.arm.label}, layer %{x}<br>%{y:.1f} % (%{customdata[0]:.1f} to %{customdata[1]:.1f} %)`,
        symbol: panel.style.symbol,
      }),
    );
    return [...traces.flatMap(({ band }) => band), ...traces.flatMap(({ lines }) => lines)];
  });
  return { data, layout: { ...layout, annotations } };
}

/** Mean selectivity, %, of the filters of each layer that are active at the last probe; null where none is. */
export function survivorSelectivity({ record, filters }: Run): (number | null)[] {
  const last = record.probes.steps.at(-1);
  const values = record.model.layers.map((): number[] => []);
  for (let row = 0; row < filters.step.length; row++) {
    if (filters.step[row] !== last) continue;
    if (stateOf(filters.gamma[row]!, filters.maxActivation[row]!) !== "alive") continue;
    values[filters.layer[row]!]!.push(100 * filters.selectivity[row]!);
  }
  return values.map((own) => (own.length > 0 ? mean(own) : null));
}
