import { makeSortable } from "../../tables/sortable.js";
import { showCards } from "./cards.js";
import { offerEditing } from "./cells.js";
import { drawFiguresWhenSeen } from "./figures.js";
import { playOpening } from "./opening.js";
import { addSwitches } from "./switches.js";
import { hintAtWideTables } from "./wide-tables.js";

addSwitches();
showCards();
openLinkedPart();
addEventListener("hashchange", openLinkedPart);
for (const table of document.querySelectorAll<HTMLTableElement>(".table-scroll table")) makeSortable(table);
hintAtWideTables();
openFoldsInPrint();
playOpening();
if (location.protocol === "file:") document.getElementById("from-disk")!.hidden = false;
else {
  drawFiguresWhenSeen();
  offerEditing();
}

/** A link to a cell shows its code, one into a folded section unfolds it. */
function openLinkedPart(): void {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) target.open = true;
  const fold = target?.closest<HTMLDetailsElement>("details.fold");
  if (!target || !fold || fold.open) return;
  fold.open = true;
  target.scrollIntoView();
}

/** Paper has nothing to press. */
function openFoldsInPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details.fold:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
}
