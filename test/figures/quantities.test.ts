import { expect, it } from "vitest";
import { classPanels } from "../../lib/figures/against.js";
import { activationByScale } from "../../lib/figures/filters.js";
import { survivorsByLayer } from "../../lib/figures/layers.js";
import { deadShareOverTrainingByArm } from "../../lib/figures/over-training.js";
import { h10 } from "../../lib/hypotheses/h10.js";
import { tracesOf } from "../support/figure-points.js";
import { madeUpArm, madeUpRunsOf } from "../support/made-up-runs.js";

it("silent filters and vanished scales stand at the edges of the logarithmic axes", () => {
  const arm = madeUpArm({ widths: [4], lambda: 1e-3, deadShare: 0, seeds: [1] });
  const { filters, record } = arm.runs[0]!;
  const last = [...filters.step.keys()].filter((row) => filters.step[row] === record.final.step);
  const set = (filter: number, gamma: number, activation: number) => {
    filters.gamma[last[filter]!] = gamma;
    filters.maxActivation[last[filter]!] = activation;
  };
  set(0, 0, 0);
  set(1, -1e-2, 0);
  set(2, 1e-5, 1e-4);
  set(3, 1, 10);
  const marks = tracesOf(activationByScale([arm])).flatMap(({ x, y }) => x.map((at, i) => [at, y[i]]));
  expect(marks.sort(([a], [b]) => a! - b!)).toEqual([
    [-12, -15],
    [expect.closeTo(-5, 3), expect.closeTo(-4, 3)],
    [expect.closeTo(-2, 3), -15],
    [0, 1],
  ]);
});

it("curves of arms run over steps or over epochs, and a diverged arm has none", () => {
  const [short, long] = [madeUpArm({ steps: 1000 }), madeUpArm({ steps: 4000, lambda: 1e-3 })];
  const diverged = madeUpArm({ steps: 4000, lambda: 1e-2, divergedSeeds: [1, 2, 3] });
  const arms = [short, long, diverged];
  const figure = deadShareOverTrainingByArm(
    [
      { name: "steps", arms },
      { name: "epochs", arms, over: "epochs" },
    ],
    { title: "When filters die", name: ({ arm }) => arm.label },
  );
  const { layout } = figure;
  const lines = tracesOf(figure).filter(({ hovertemplate }) => hovertemplate);
  expect(lines).toHaveLength(4);
  const { config } = long.arm;
  const epochs = (4000 * config.batchSize) / long.runs[0]!.record.dataset.trainImages;
  expect((layout.xaxis as { range: number[] }).range).toEqual([0, 4000]);
  expect((layout.xaxis2 as { range: number[] }).range).toEqual([0, epochs]);
});

it("survivors of a layer are its filters but for those inactive by activation", () => {
  const arm = madeUpArm({ widths: [10, 20], lambda: 1e-3 });
  const [run] = arm.runs;
  run!.record.final.layers[0]!.deadByActivation = 4;
  run!.record.final.layers[1]!.deadByActivation = 20;
  const own = { arm: arm.arm, runs: [run!] };
  const [, line] = tracesOf(survivorsByLayer([own], { name: () => "narrow" }));
  // None stands at one, since a logarithm has no place for it.
  expect(line!.y).toEqual([6, 1]);
});

it("tasks are compared within one dataset and penalty, in order of their classes", () => {
  const panels = classPanels(madeUpRunsOf(h10.arms({ scale: "lite" }), { seeds: [1] }).toReversed());
  const classes = panels.map(({ arms }) => arms.map(({ runs }) => runs[0]!.record.dataset.classes.length));
  expect(classes).toEqual([
    [100, 200],
    [100, 200],
    [2, 5, 10],
  ]);
});
