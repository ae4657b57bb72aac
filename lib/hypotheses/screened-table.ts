import type { Cell, Table } from "../tables/table.js";
import type { ChosenFamily } from "./choose.js";
import { settingsOf } from "./families.js";
import { rateText, strengthText } from "./setting-text.js";

/** A row for every setting that was trained on held-out images, family by family, the lowest rate and weakest penalty first. */
export function screenedTable(families: readonly ChosenFamily[]): Table {
  const known = families.filter(({ screened }) => screened.length > 0);
  const counts = known.map(
    ({ family, screened }) => `${screened.length} of ${settingsOf(family).length} of ${family.name}`,
  );
  return {
    title: "What rates do, on held-out images",
    columns: [
      { label: "Family", width: 24 },
      { label: "Rate" },
      { label: "λ" },
      { label: "Held-out error", unit: "%", digits: 1 },
      { label: "Held-out dead", unit: "%", digits: 1 },
    ],
    rows: known.flatMap(({ family, screened }) =>
      screened.map((setting): Cell[] => [
        family.name,
        rateText(setting),
        strengthText(setting.lambda),
        setting.error,
        setting.dead,
      ]),
    ),
    note: `One seed, evaluated on 5,000 training images that were held out; no test image is looked at. Of the settings that are to be screened here ${counts.join(" and ")} are on record.`,
  };
}
