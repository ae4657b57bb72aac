import { afterAll, expect } from "vitest";
import { browserHint, closeBrowser, findBrowser, withStudio } from "../../lib/export/browser.js";
import { renderTable } from "../../lib/tables/render.js";
import { sortScript } from "../../lib/tables/sortable.js";
import { optional } from "../support/optional.js";

const withBrowser = optional("Chromium", findBrowser() !== undefined, browserHint);
afterAll(closeBrowser);

const html = renderTable(
  {
    columns: [{ label: "Arm" }, { label: "Error", unit: "%", digits: 1 }],
    rows: [
      ["Adam, batch 20", { mean: 27, halfWidth: 10.2 }],
      ["none", null],
      ["Adam, batch 100", { mean: -9.9, halfWidth: 0.5, best: true }],
      ["Adam, batch 40", 9.8],
    ],
  },
  "html",
);

withBrowser(
  "a click on a column's head sorts by value, another turns it round, a third undoes it",
  async () => {
    const orders = await withStudio(async ({ printing: page }) => {
      // The second table stands for the next output of the same notebook: each script finds its own.
      await page.setContent(`<div>${html}${sortScript}</div><div>${html}${sortScript}</div>`);
      return page.evaluate(() => {
        const [table, other] = document.querySelectorAll("table");
        const column = (own = table!) => [...own.tBodies[0]!.rows].map(({ cells }) => cells[0]!.textContent);
        const [arm, error] = table!.querySelectorAll("button");
        const click = (button = error!) => {
          button.click();
          return column();
        };
        return {
          error: [click(), click(), click()],
          arm: click(arm),
          sorted: [...document.querySelectorAll("th[aria-sort]")].map(({ textContent }) => textContent),
          other: column(other),
        };
      });
    });
    const [twenty, none, hundred, forty] = ["Adam, batch 20", "none", "Adam, batch 100", "Adam, batch 40"];
    expect(orders.error).toEqual([
      [hundred, forty, twenty, none],
      [twenty, forty, hundred, none],
      [twenty, none, hundred, forty],
    ]);
    expect(orders.arm).toEqual([twenty, forty, hundred, none]);
    expect(orders.sorted).toEqual(["Arm ▲"]);
    expect(orders.other).toEqual([twenty, none, hundred, forty]);
  },
);
