/**
 * Pointing at a citation or a term, or reaching it by keyboard, shows its reference or meaning; Escape takes it away.
 */
export function showCards(): void {
  const card = document.createElement("div");
  card.className = "card";
  card.hidden = true;
  document.body.append(card);
  let hiding: number | undefined;

  const hide = () => {
    card.hidden = true;
  };
  const hideSoon = () => {
    hiding = window.setTimeout(hide, 250);
  };
  const show = (cite: HTMLElement) => {
    window.clearTimeout(hiding);
    const reference = document.getElementById(cite.getAttribute("aria-describedby") ?? "");
    if (!reference) return;
    card.replaceChildren(...[...reference.childNodes].map((node) => node.cloneNode(true)));
    // The same link stands in the text already.
    for (const link of card.querySelectorAll("a")) link.tabIndex = -1;
    card.hidden = false;
    const at = cite.getClientRects()[0] ?? cite.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const below = at.bottom + 8 + height <= innerHeight || at.top < height + 8;
    card.style.left = `${scrollX + Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8))}px`;
    card.style.top = `${scrollY + (below ? at.bottom + 8 : at.top - height - 8)}px`;
  };

  for (const cite of document.querySelectorAll<HTMLElement>("a.cite, a.term")) {
    cite.addEventListener("pointerenter", () => show(cite));
    cite.addEventListener("focus", () => show(cite));
    cite.addEventListener("pointerleave", hideSoon);
    cite.addEventListener("blur", hide);
  }
  card.addEventListener("pointerenter", () => window.clearTimeout(hiding));
  card.addEventListener("pointerleave", hideSoon);
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
}
