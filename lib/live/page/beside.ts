import { capitalized } from "../../capitalized.js";
import type { LiveHypothesis } from "../catalog.js";
import { nameOf } from "../judge.js";
import type { Look } from "../messages.js";
import { html } from "./dom.js";

interface Row {
  label: string;
  /** Dead by activation, dead by scale, test error, %; NaN or null where unknown. */
  values: readonly (number | null)[];
  seeds: string;
}

/** The rerun's numbers beside those on record, with a plain word on their scales. */
export class Beside {
  readonly element: HTMLElement;
  private readonly own = html("tbody");

  constructor(private readonly stored: LiveHypothesis["stored"]) {
    const head = ["", "Dead by activation", "Dead by scale", "Test error", "Seeds"];
    const table = html(
      "table",
      {},
      html("caption", {}, "This rerun beside what is on record: shares of filters and of test images, %"),
      html(
        "thead",
        {},
        html("tr", {}, ...head.map((text) => (text ? html("th", { scope: "col" }, text) : html("td")))),
      ),
      this.own,
      ...stored.map(({ scale, setting, arms }) =>
        section(
          `On record, scale ${scale}: ${setting}`,
          arms.map(({ label, deadByActivation, deadByScale, testError, seeds }) => ({
            label,
            values: [deadByActivation, deadByScale, testError],
            seeds: String(seeds),
          })),
        ),
      ),
    );
    this.element = html(
      "div",
      { class: "live-beside" },
      html(
        "div",
        { class: "live-scroll", tabindex: 0, role: "group", "aria-label": "Table, scrolls sideways" },
        table,
      ),
      ...this.words(),
    );
    this.show([]);
  }

  /** Rows of the arms as they stand; before a rerun, none. */
  show(arms: readonly { label: string; look?: Look | undefined; testError: number }[]): void {
    const rows = arms.map(({ label, look, testError }, arm): Row => {
      const [activation, scale] = look ? [look.deadByActivation, look.deadByScale] : [Number.NaN, Number.NaN];
      return {
        label: `${nameOf(arm)}: ${label}`,
        values: [100 * activation, 100 * scale, testError],
        seeds: "1",
      };
    });
    this.own.replaceChildren(...(rows.length > 0 ? section("This page", rows).children : []));
  }

  private words(): HTMLElement[] {
    const [nearest] = this.stored;
    if (!nearest) return [html("p", {}, "Nothing of this pair is on record yet.")];
    const verdicts = this.stored.flatMap(({ scale, verdict }) =>
      verdict
        ? [
            html(
              "p",
              {},
              html("strong", {}, `On record at scale ${scale}: ${verdict.answer}. `),
              `${verdict.evidence} ${capitalized(verdict.basis)}.`,
            ),
          ]
        : [],
    );
    const other = this.stored.every(({ scale }) => scale !== "quick");
    return [
      ...verdicts,
      ...(other
        ? [
            html(
              "p",
              {},
              "What is on record is larger than what runs here: other images, wider layers, more steps, other strengths of the penalty. Compare which arm loses more filters, not how many.",
            ),
          ]
        : []),
    ];
  }
}

function section(title: string, rows: readonly Row[]): HTMLTableSectionElement {
  const number = (value: number | null) =>
    value !== null && Number.isFinite(value) ? value.toFixed(1) : "–";
  return html(
    "tbody",
    {},
    html("tr", {}, html("th", { colspan: 5, scope: "rowgroup" }, title)),
    ...rows.map(({ label, values, seeds }) =>
      html(
        "tr",
        {},
        html("th", { scope: "row" }, label.replaceAll("-", "\u2011")),
        ...values.map((value) => html("td", {}, number(value))),
        html("td", {}, seeds),
      ),
    ),
  );
}
