import { makeSortable } from "../../tables/sortable.js";
import { showCitations } from "./citations.js";
import { drawFiguresWhenSeen } from "./figures.js";
import { addSwitches } from "./switches.js";

addSwitches();
showCitations();
openLinkedCell();
addEventListener("hashchange", openLinkedCell);
for (const table of document.querySelectorAll<HTMLTableElement>(".table-scroll table")) makeSortable(table);
if (location.protocol === "file:") document.getElementById("from-disk")!.hidden = false;
else drawFiguresWhenSeen();

/** A link to a cell shows its code. */
function openLinkedCell(): void {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
}
