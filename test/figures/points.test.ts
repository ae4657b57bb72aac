import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorAgainstDead } from "../../lib/figures/costs.js";
import type { PlotlyFigure } from "../../lib/figures/figure.js";
import { hypotheses, recordedArms } from "../../lib/hypotheses/index.js";
import type { Run } from "../../lib/runs/record.js";
import { listRuns, type StoredRun } from "../../lib/runs/store.js";
import type { ArmRuns } from "../../lib/study/arm.js";
import { comparableSettings } from "../../lib/tables/recipes.js";
import { differences, type KeptFigure, kept, pointsOf } from "../support/figure-points.js";

/**
 * Holds what every figure of every hypothesis shows of the committed records, whatever draws it. After a change that is meant:
 *
 *     FILTER_SPARSITY_WRITE_POINTS=1 npx vitest run test/figures/points.test.ts
 */
interface Kept {
  /** Runs that the points are of, "id/seed": those recorded since are left out. */
  runs: string[];
  /** By hypothesis, then figure. */
  figures: Record<string, Record<string, KeptFigure>>;
}

const path = join(import.meta.dirname, "points.json.br");
const writes = Boolean(process.env.FILTER_SPARSITY_WRITE_POINTS);
const committed: Kept = existsSync(path)
  ? (JSON.parse(brotliDecompressSync(readFileSync(path)).toString()) as Kept)
  : { runs: [], figures: {} };

const nameOf = ({ record }: Pick<StoredRun, "record">) => `${record.id}/${record.seed}`;
const fresh: Kept = { runs: [], figures: {} };
const known = new Map<string, Run>();
let stored: StoredRun[] = [];

beforeAll(async () => {
  const own = new Set(committed.runs);
  stored = (await listRuns()).runs.filter((run) => writes || own.has(nameOf(run)));
  fresh.runs = stored.map(nameOf).sort();
});

function ownRuns(arms: ArmRuns[]): ArmRuns[] {
  const own = new Set(fresh.runs);
  return arms.map(({ arm, runs }) => ({ arm, runs: runs.filter((run) => own.has(nameOf(run))) }));
}

function check(source: string, figures: [name: string, figure: PlotlyFigure][]): void {
  const drawn = figures.map(([name, figure]) => [name, pointsOf(figure)] as const);
  fresh.figures[source] = Object.fromEntries(drawn.map(([name, points]) => [name, kept(points)]));
  if (writes) return;
  const before = committed.figures[source] ?? {};
  expect(drawn.map(([name]) => name)).toEqual(Object.keys(before));
  expect(drawn.flatMap(([name, points]) => differences(name, before[name]!, points))).toEqual([]);
}

describe.each(hypotheses.map((hypothesis) => [hypothesis.id, hypothesis] as const))(
  "%s",
  (id, hypothesis) => {
    it("shows the same points of the same runs", async () => {
      const found = await recordedArms(hypothesis, { stored, known });
      check(
        id,
        hypothesis.figures(ownRuns(found!.arms)).map(({ name, figure }) => [name, figure]),
      );
    });
  },
);

it("rests on runs that are all still on record", () => {
  if (!writes) expect(fresh.runs).toEqual(committed.runs);
});

it("shows the same marks of the settings that recipes are made of", async () => {
  const studies = [];
  for (const hypothesis of hypotheses) {
    const found = await recordedArms(hypothesis, { stored, known });
    studies.push({ notebook: hypothesis.notebook, arms: ownRuns(found!.arms) });
  }
  check("recipes", [["error-against-dead", errorAgainstDead(comparableSettings(studies))]]);
});

it("names the figure, panel, series and points of a change", () => {
  const trace = { type: "scatter" as const, name: "Adam", xaxis: "x2", x: [1, 2, 3], y: [0.1, 0.2, 0.3] };
  const before = kept(pointsOf({ data: [trace], layout: {} }));
  const now = pointsOf({ data: [{ ...trace, y: [0.1, 0.2, 0.4] }], layout: {} });
  expect(differences("frontier", before, now)).toEqual([
    'frontier, panel 2, "Adam": 3 points, now 3; gone: (3, 0.3); new: (3, 0.4)',
  ]);
  expect(differences("frontier", before, pointsOf({ data: [trace], layout: {} }))).toEqual([]);
});

afterAll(() => {
  if (writes) writeFileSync(path, brotliCompressSync(JSON.stringify(fresh)));
});
