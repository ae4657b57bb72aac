import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Verdict } from "../../lib/hypotheses/verdict.js";
import { verdictText } from "../../lib/hypotheses/verdict-text.js";
import { inNotebook, show } from "../../lib/notebook/display.js";
import { progressDisplay, progressLine } from "../../lib/notebook/progress.js";
import { showTable } from "../../lib/notebook/table.js";
import { shownVerdict, showVerdict } from "../../lib/notebook/verdict.js";
import { tableFromJson, tableMimeType } from "../../lib/tables/json.js";
import { sortScript } from "../../lib/tables/sortable.js";

interface Sent {
  data: Record<string, string>;
  update: boolean;
  id: string;
}

const jupyterPath = createRequire(import.meta.url).resolve("tslab/dist/jupyter.js");
const { cache } = createRequire(import.meta.url);

/** Stands in for a running kernel: the module that tslab keeps its display function in. */
function fakeKernel(): Sent[] {
  const sent: Sent[] = [];
  const lastWriteDisplayData = (
    { data, transient }: { data: Sent["data"]; transient: { display_id: string } },
    update: boolean,
  ) => sent.push({ data, update, id: transient.display_id });
  cache[jupyterPath] = { exports: { lastWriteDisplayData } } as unknown as NodeJS.Module;
  return sent;
}

const verdict: Verdict = {
  id: "h01",
  claim: "More penalty, more dead filters",
  source: "abstract",
  verdict: "contradicted",
  p: 0.001,
  effect: -12.3456,
  interval: [-14.02, -10.67],
  unit: "percentage points",
  smallestEffect: 5,
  seeds: 3,
  scale: "lite",
  dataset: "cifar10 (jpeg)",
  comparison: "Dead share with L2 minus without",
};

describe("in a notebook", () => {
  let sent: Sent[];
  beforeEach(() => {
    sent = fakeKernel();
  });
  afterEach(() => {
    delete cache[jupyterPath];
  });

  test("a bundle is one message, and its update replaces it", () => {
    const shown = show({ "text/plain": "one", "text/html": "<b>one</b>" });
    shown.update({ "text/plain": "two" });
    expect(sent.map(({ data, update }) => ({ data, update }))).toEqual([
      { data: { "text/plain": "one", "text/html": "<b>one</b>" }, update: false },
      { data: { "text/plain": "two" }, update: true },
    ]);
    expect(sent[1]?.id).toBe(sent[0]?.id);
  });

  test("progress is one line that ends as one sentence", () => {
    let time = 0;
    const display = progressDisplay({ now: () => time });
    for (let done = 0; done <= 100; done++) {
      display.update({ label: "Adam", done, total: 100 });
      time += 50;
    }
    display.finish("8 runs: 8 trained.");
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(sent.length).toBeLessThan(25);
    expect(sent.at(-1)?.data).toEqual({ "text/plain": "8 runs: 8 trained." });
  });

  test("a table is escaped, and goes along as data for exports", () => {
    const table = { columns: [{ label: "Arm <script>" }], rows: [["<img src=x onerror=alert(1)>"], [1 / 0]] };
    showTable(table);
    const html = sent[0]?.data["text/html"] ?? "";
    expect(html.replace(sortScript, "")).not.toMatch(/<script|<img/);
    expect(sent[0]?.data["text/plain"]).toContain("Arm <script>");
    expect(tableFromJson(JSON.parse(JSON.stringify(sent[0]?.data[tableMimeType])))).toEqual(table);
  });

  test("a contradiction is shown as plainly as a success", () => {
    showVerdict(verdict);
    expect(sent[0]?.data["text/markdown"]).toMatch(/^> \*\*Verdict: contradicted\.\*\*/);
  });

  test("a claim that only notes tell is not held against the paper, nor is our own", () => {
    expect(shownVerdict({ ...verdict, source: "notes", part: "late layers" })).toMatch(
      /^Verdict: contradicted \(as noted\)\. Claim \(part: late layers; the paper's, as reading notes report it\): More/,
    );
    expect(shownVerdict({ ...verdict, source: "own" })).toMatch(
      /^Verdict: contradicted \(own claim\)\. Claim \(this collection's own\): More/,
    );
  });
});

describe("outside a notebook", () => {
  test("the plain text is printed once, updates are not", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    expect(inNotebook()).toBe(false);
    const shown = show({ "text/plain": "one" });
    shown.update({ "text/plain": "two" });
    const display = progressDisplay();
    display.update({ label: "Adam", done: 1, total: 2 });
    display.finish("done");
    expect(log.mock.calls.flat()).toEqual(["one", "done"]);
    log.mockRestore();
  });
});

test("a progress line says what, how far and how long", () => {
  expect(progressLine({ label: "Adam", done: 500, total: 2000, detail: "loss 0.3" }, 50)).toBe(
    "Adam  █████░░░░░░░░░░░░░░░  500/2,000 steps  loss 0.3  1 min 15 s left",
  );
  expect(progressLine({ label: "Adam", done: 0, total: 0, unit: "runs" }, Number.NaN)).toContain("0/0 runs");
});

describe("the sentences of a verdict", () => {
  test("show two digits of the interval and the smallest effect of interest", () => {
    expect(verdictText(verdict).evidence).toBe(
      "Dead share with L2 minus without. Effect: \u221212.3 percentage points (95 % interval \u221214.0 to \u221210.7; smallest effect of interest 5).",
    );
  });

  test("say so where one seed gives no interval, or nothing could be compared", () => {
    const oneSeed = { ...verdict, seeds: 1, interval: [-Infinity, Infinity] as [number, number] };
    expect(verdictText(oneSeed).evidence).toContain("no interval, which takes at least two seeds");
    expect(verdictText(oneSeed).basis).toContain("1 seed per arm");
    expect(verdictText({ ...oneSeed, effect: Number.NaN }).evidence).toContain("no pair of finished runs");
  });
});
