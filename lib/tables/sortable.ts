/**
 * Lets a reader sort a table by clicking on a column's head: ascending, descending, as it was. Numbers go by their value
 * ("9.9 ± 0.5" by its mean), dashes last. Runs in a page, also as a copy of its own text, hence uses nothing from outside.
 */
export function makeSortable(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (!body || body.rows.length < 2 || table.querySelector("thead button")) return;
  const original = [...body.rows];

  const text = (row: HTMLTableRowElement, column: number) => row.cells[column]?.textContent?.trim() ?? "";
  const value = (cell: string) => {
    const plain = cell.replace(/[\s,]/g, "").replace(/−/g, "-").replace("∞", "Infinity");
    const [number] = /^-?(\d+(\.\d+)?(e[-+]?\d+)?|Infinity)/i.exec(plain) ?? [];
    return number === undefined ? Number.NaN : Number(number);
  };
  const isMissing = (cell: string) => cell === "" || cell === "–";

  const sorted = (column: number, direction: number) => {
    const present = original.filter((row) => !isMissing(text(row, column)));
    const isNumeric = present.every((row) => !Number.isNaN(value(text(row, column))));
    const compare = (a: string, b: string) =>
      isNumeric ? Math.sign(value(a) - value(b)) || 0 : a.localeCompare(b, "en", { numeric: true });
    return [
      ...present.sort((a, b) => direction * compare(text(a, column), text(b, column))),
      ...original.filter((row) => isMissing(text(row, column))),
    ];
  };

  for (const [column, head] of heads.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort by this column";
    button.style.cssText =
      "font:inherit;color:inherit;background:none;border:0;padding:0;text-align:inherit;cursor:pointer";
    button.append(...head.childNodes);
    const arrow = document.createElement("span");
    arrow.setAttribute("aria-hidden", "true");
    button.append(arrow);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      for (const other of heads) {
        other.removeAttribute("aria-sort");
        other.querySelector("button > span[aria-hidden]")!.textContent = "";
      }
      if (before === "descending") {
        body.replaceChildren(...original);
        return;
      }
      const isAscending = before !== "ascending";
      head.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
      arrow.textContent = isAscending ? " ▲" : " ▼";
      body.replaceChildren(...sorted(column, isAscending ? 1 : -1));
    });
  }
}

/** Makes the table right before it sortable where scripts run; elsewhere the table stays as it is. */
export const sortScript = `<script>{const own=document.currentScript?.parentElement?.querySelector("table");if(own)(${makeSortable})(own)}</script>`;
