import { describe, expect, it } from "vitest";
import type { OwnContrast } from "../../lib/hypotheses/contrast.js";
import { h06 } from "../../lib/hypotheses/h06.js";
import { tunedArms } from "../../lib/hypotheses/tuned.js";
import type { ArmRuns } from "../../lib/study/arm.js";
import { studyRuns } from "../../lib/study/study-runs.js";
import { madeUpRunsOf } from "../support/made-up-runs.js";

const options = { scale: "reduced" as const, dataset: { name: "cifar10", source: "jpeg" } };
const own = madeUpRunsOf(h06.arms(options));
const tuned = madeUpRunsOf(tunedArms(options, ["Adam, L2", "SGD+momentum, L2"]));

const specified = (runs: readonly ArmRuns[]) =>
  (h06.contrasts.main as OwnContrast).specifications!(studyRuns(runs)).map(({ choices, isMain, pairs }) => ({
    chosen: `${choices.penalty}, ${choices.rate}`,
    isMain: isMain === true,
    arms: pairs.arms.map(({ arm }) => arm.label),
  }));

describe("H6's specification curve", () => {
  const atOneRate = {
    chosen: "none, each optimizer's own",
    arms: ["Adam, no penalty", "SGD+momentum, no penalty"],
  };

  it("asks without a penalty, tuned and at one rate, and at each one's most accurate setting", () => {
    expect(specified([...own, ...tuned])).toEqual([
      {
        chosen: "none, tuned",
        isMain: true,
        arms: ["Adam, no penalty, rate 3e-3", "SGD+momentum, no penalty, rate 0.15"],
      },
      {
        chosen: "tuned, tuned",
        isMain: false,
        arms: ["Adam, no penalty, rate 3e-3", "SGD+momentum, L2 3e-4, rate 0.15"],
      },
      { ...atOneRate, isMain: false },
    ]);
  });

  it("has one rate as its main way where tuned settings lack a run", () => {
    const partial = tuned.map((item, index) => (index === 0 ? { ...item, runs: item.runs.slice(1) } : item));
    expect(specified([...own, ...partial])).toEqual([{ ...atOneRate, isMain: true }]);
  });

  it("leaves out what no arm with runs says", () => {
    const emptied = own.map((item) => ({ ...item, runs: [] }));
    expect(specified([...emptied, ...tuned]).map(({ chosen }) => chosen)).toEqual([
      "none, tuned",
      "tuned, tuned",
    ]);
  });
});
