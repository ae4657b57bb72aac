import { describe, expect, it } from "vitest";
import { chooseSettings, type Screened } from "../../lib/hypotheses/choice.js";
import { type ChosenFamily, chosenOnRecord, chosenSource } from "../../lib/hypotheses/choose.js";
import { chosenSettings } from "../../lib/hypotheses/chosen-settings.js";
import { familiesOf, familyArm, screeningArms, settingsOf } from "../../lib/hypotheses/families.js";
import { h01 } from "../../lib/hypotheses/h01.js";
import { runId } from "../../lib/runs/config.js";
import { confirmationSeeds, confirmationSeedsAt, type Scale, seedsOf } from "../../lib/study/arm.js";

const options = { scale: "lite" as const, dataset: { name: "cifar10", source: "jpeg" } };

/** What is set down of a scale, in the form that its source is made from. */
const writtenOf = (scale: Scale): ChosenFamily[] =>
  familiesOf(scale).map((family) => ({
    family,
    screened: [],
    chosen: [...(chosenSettings[scale]?.[family.name] ?? [])],
  }));

describe("families", () => {
  it("are tuned over at least three rates a factor of 2.5 to 4 apart, from no penalty on", () => {
    for (const { rates, lambdas, name } of [...familiesOf("lite"), ...familiesOf("reduced")]) {
      expect(rates.length, name).toBeGreaterThanOrEqual(3);
      for (const [index, rate] of rates.slice(1).entries()) {
        expect(rate / rates[index]!, name).toBeGreaterThan(2.5);
        expect(rate / rates[index]!, name).toBeLessThan(4);
      }
      expect(lambdas[0], name).toBe(0);
    }
  });

  it("are screened at every rate, without a penalty, at those that go with the rate, and at those set down further", () => {
    const reduced = familiesOf("reduced").map((family) => [
      family.name,
      settingsOf(family).map(({ rate, lambda }) => `${rate} ${lambda}`),
    ]);
    expect(Object.fromEntries(reduced)).toEqual({
      "Adam, L2": [
        ...["0.0003 0", "0.0003 0.003", "0.0003 0.01"],
        ...["0.001 0", "0.001 0.001", "0.001 0.003", "0.001 0.01"],
        ...["0.003 0", "0.003 0.0003", "0.003 0.001", "0.003 0.003"],
      ],
      "SGD+momentum, L2": [
        ...["0.015 0", "0.015 0.003", "0.015 0.01", "0.015 0.015"],
        ...["0.05 0", "0.05 0.001", "0.05 0.003", "0.05 0.005"],
        ...["0.15 0", "0.15 0.0003", "0.15 0.001", "0.15 0.0015"],
      ],
    });
    for (const family of familiesOf("lite")) {
      const { rates, warmups, lambdas } = family;
      expect(settingsOf(family)).toHaveLength(rates.length * warmups.length * lambdas.length);
    }
  });

  it("are screened on held-out images only, with one seed, and confirmed on the same training images", () => {
    for (const { config, supporting } of screeningArms(options)) {
      expect(config.dataset.validationImages).toBe(5000);
      expect(config.dataset.trainImages).toBe(10_000);
      expect(supporting).toBe(true);
    }
    const [family] = familiesOf("lite");
    const { config, supporting } = familyArm(options, family!, settingsOf(family!)[0]!);
    expect(config.dataset).toMatchObject({ validationImages: 0, trainImages: 10_000 });
    expect(supporting).toBeUndefined();
    const confirmed = familyArm(options, family!, settingsOf(family!)[0]!);
    expect(seedsOf(confirmed, [1, 2, 3])).toEqual(confirmationSeeds);
    expect(confirmationSeeds).toHaveLength(5);
    expect(confirmationSeeds).not.toContain(1);
  });

  it("are confirmed with three of the fresh seeds at reduced scale", () => {
    const larger = { ...options, scale: "reduced" as const };
    const [family] = familiesOf("reduced");
    const confirmed = familyArm(larger, family!, settingsOf(family!)[0]!);
    expect(seedsOf(confirmed, [1, 2, 3, 4, 5])).toEqual([11, 12, 13]);
    expect(confirmationSeedsAt("lite")).toEqual(confirmationSeeds);
  });

  it("have the runs of the other hypotheses where they are set alike", () => {
    const [adam] = familiesOf("lite");
    const usual = settingsOf(adam!).filter(({ rate, warmup }) => rate === 1e-2 && warmup === 0);
    const ids = usual.map((setting) => runId(familyArm(options, adam!, setting).config));
    for (const { config, optimizer } of h01.arms(options))
      if (optimizer === "Adam") expect(ids).toContain(runId(config));
  });
});

describe("the choice of what is confirmed", () => {
  const setting = (error: number, dead: number): Screened => ({
    error,
    dead,
    rate: 1e-3,
    warmup: 0,
    lambda: error,
  });

  it("takes what nothing beats in error and dead share, most accurate first, well apart", () => {
    const chosen = chooseSettings([
      setting(34, 0),
      setting(33, 0),
      setting(33.5, 4),
      setting(35, 20),
      setting(35.5, 19),
      setting(36, 60),
      setting(44, 90),
    ]);
    expect(chosen.map(({ error, dead }) => [error, dead])).toEqual([
      [33, 0],
      [35, 20],
      [36, 60],
      [44, 90],
    ]);
  });

  it("leaves out what costs too much, and adds the most accurate setting without a penalty", () => {
    const plain = { ...setting(40, 0), lambda: 0 };
    const chosen = chooseSettings([setting(33, 5), setting(53.1, 90), plain, { ...plain, error: 41 }]);
    expect(chosen.map(({ error, dead }) => [error, dead])).toEqual([
      [33, 5],
      [40, 0],
    ]);
  });

  it("is what the records on disk say, wherever one is set down", async () => {
    for (const scale of Object.keys(chosenSettings) as Scale[]) {
      const families = await chosenOnRecord({ ...options, scale });
      expect(chosenSource(scale, families)).toBe(chosenSource(scale, writtenOf(scale)));
    }
  });

  it("takes nothing of nothing", () => {
    expect(chooseSettings([])).toEqual([]);
  });
});
