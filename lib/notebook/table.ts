import { renderTable } from "../tables/render.js";
import type { Table } from "../tables/table.js";
import { show } from "./display.js";

/** Shows a table: static HTML, with plain text for terminals. */
export function showTable(table: Table): void {
  show({ "text/html": renderTable(table, "html"), "text/plain": renderTable(table, "text") });
}
