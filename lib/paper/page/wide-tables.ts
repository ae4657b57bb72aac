/**
 * Says of each table that is wider than its place how many columns are out of sight and to which side, until the reader
 * has scrolled to them.
 */
export function hintAtWideTables(): void {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) update(target as HTMLElement);
  });
  for (const place of document.querySelectorAll<HTMLElement>(".table-scroll")) {
    if (!place.querySelector("table")) continue;
    const hint = document.createElement("p");
    hint.className = "scroll-hint";
    hint.hidden = true;
    place.before(hint);
    place.addEventListener("scroll", () => update(place), { passive: true });
    observer.observe(place);
  }
}

/** Of a column that is in sight by less than this, nobody reads anything. */
const leastShare = 0.6;

function update(place: HTMLElement): void {
  const hint = place.previousElementSibling as HTMLElement;
  const cells = [...(place.querySelector("tr")?.cells ?? [])];
  const { left, right } = place.getBoundingClientRect();
  const hidden = (cell: HTMLTableCellElement) => {
    const box = cell.getBoundingClientRect();
    const seen = Math.min(box.right, right) - Math.max(box.left, left);
    return seen < leastShare * box.width;
  };
  const isWide = place.scrollWidth > place.clientWidth + 1;
  const isAtEnd = place.scrollLeft + place.clientWidth >= place.scrollWidth - 1;
  const beyond =
    isWide && !isAtEnd
      ? cells.filter((cell) => hidden(cell) && cell.getBoundingClientRect().right > right)
      : [];
  place.classList.toggle("has-more", isWide && !isAtEnd);
  place.classList.toggle("has-less", isWide && place.scrollLeft > 1);
  hint.hidden = !isWide;
  if (!isWide) return;
  const count = beyond.length;
  hint.textContent = isAtEnd
    ? "← Scroll back for the first columns"
    : `Scroll for ${count === 0 ? "the rest" : count === 1 ? "1 more column" : `${count} more columns`} →`;
}
