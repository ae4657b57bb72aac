import { tableMimeType, tableToJson } from "../tables/json.js";
import { renderTable } from "../tables/render.js";
import { sortScript } from "../tables/sortable.js";
import type { Table } from "../tables/table.js";
import { show } from "./display.js";

/**
 * Shows a table: HTML that a click on a column's head sorts where scripts run (JupyterLab once its cell has run, HTML
 * exports) and that is static elsewhere, with plain text for terminals and the table itself as data for exports.
 */
export function showTable(table: Table): void {
  show({
    "text/html": `<div>${renderTable(table, "html")}${sortScript}</div>`,
    "text/plain": renderTable(table, "text"),
    [tableMimeType]: tableToJson(table),
  });
}
