import { shortNumber } from "../runs/describe.js";
import type { Scale } from "../study/arm.js";
import { collectArmRuns } from "../study/collect.js";
import type { Cell, Table } from "../tables/table.js";
import {
  chooseSettings,
  type Screened,
  screenedSettings,
  screeningSeed,
  spacing,
  tooDear,
} from "./choice.js";
import { chosenSettings } from "./chosen-settings.js";
import { type Family, familiesOf, familyArm, settingsOf } from "./families.js";
import type { ArmOptions } from "./hypothesis.js";
import { rateText } from "./setting-text.js";

/** A family with all that was screened of it and what that chooses. */
export interface ChosenFamily {
  family: Family;
  screened: Screened[];
  chosen: Screened[];
}

/** What the screening's records choose at a scale. A family that was not screened whole chooses nothing yet. */
export async function chosenOnRecord(options: ArmOptions): Promise<ChosenFamily[]> {
  const found: ChosenFamily[] = [];
  for (const family of familiesOf(options.scale)) {
    const settings = settingsOf(family);
    const arms = settings.map((setting) => familyArm(options, family, setting, { screening: true }));
    const runs = await collectArmRuns(arms, { seeds: [screeningSeed] });
    const screened = screenedSettings(settings, runs);
    const isWhole = runs.every(({ runs: own }) => own.length > 0);
    found.push({ family, screened, chosen: isWhole ? chooseSettings(screened, family) : [] });
  }
  return found;
}

/** A row for every family of a scale: rates, warm-ups and penalties tried, and what was chosen. */
export function chosenTable(families: readonly ChosenFamily[], scale: Scale): Table {
  return {
    title: `What was tuned on held-out images at ${scale} scale, and what was chosen`,
    columns: [
      { label: "Family", width: 22 },
      { label: "Rates", width: 16 },
      { label: "Penalties λ", width: 24 },
      { label: "Runs" },
      { label: "Chosen: rate, λ (error, dead on held-out images)", width: 60 },
    ],
    rows: families.map(({ family, screened, chosen }): Cell[] => [
      family.name,
      `${family.rates.map(shortNumber).join(", ")}${family.warmups.length > 1 ? "; each with and without warm-up" : ""}`,
      lambdasText(family),
      `${screened.length} of ${settingsOf(family).length}`,
      chosen.length > 0 ? chosen.map(settingText).join("; ") : "not screened whole yet",
    ]),
    note: `Chosen: what no other setting beats in both error and dead share, from the most accurate on, at least ${spacing} points of dead share apart and at most ${tooDear} points of error above the best; and the most accurate one without a penalty.`,
  };
}

function lambdasText({ lambdas, products, further = [] }: Family): string {
  const band = products ? `, where rate × λ is ${products.map(shortNumber).join(" to ")} or 0` : "";
  const later = further.map((one) => `${shortNumber(one.lambda)} at rate ${shortNumber(one.rate)}`);
  return `${lambdas.map(shortNumber).join(", ")}${band}${later.length > 0 ? `; later also ${later.join(", ")}` : ""}`;
}

const settingText = (setting: Screened): string =>
  `${rateText(setting)}, ${shortNumber(setting.lambda)} (${setting.error.toFixed(1)}, ${setting.dead.toFixed(0)} %)`;

/** The source of chosen-settings.ts with one scale's choice in place of what it has. */
export function chosenSource(scale: Scale, families: readonly ChosenFamily[]): string {
  const known = families.filter(({ chosen }) => chosen.length > 0);
  const own = Object.fromEntries(known.map(({ family, chosen }) => [family.name, chosen]));
  const all = { ...chosenSettings, [scale]: own } as typeof chosenSettings;
  const scales = Object.entries(all).map(([name, byFamily]) => {
    const lines = Object.entries(byFamily).map(([family, settings]) => {
      if (settings.length === 1) return `    "${family}": [${settingSource(settings[0]!)}],`;
      const rows = settings.map((setting) => `      ${settingSource(setting)},`);
      return `    "${family}": [\n${rows.join("\n")}\n    ],`;
    });
    return `  ${name}: {\n${lines.join("\n")}\n  },`;
  });
  return `import type { Scale } from "../study/arm.js";
import type { Screened } from "./choice.js";

/**
 * What held-out images chose of every family (see \`chooseSettings\`), with the error and the dead share, in %, there; the most
 * accurate first. Written by \`npm run sweep -- choose\`; a test compares it with the records.
 */
export const chosenSettings: Partial<Record<Scale, Readonly<Record<string, readonly Screened[]>>>> = {
${scales.join("\n")}
};
`;
}

const settingSource = ({ rate, warmup, lambda, error, dead }: Screened): string =>
  `{ rate: ${rate}, warmup: ${warmup}, lambda: ${lambda}, error: ${decimals(error)}, dead: ${decimals(dead)} }`;

const decimals = (value: number): number => Number(value.toFixed(2));
