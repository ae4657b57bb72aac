import { html } from "../../../live/page/dom.js";
import type { Catalog } from "../catalog.js";
import type { RunFacts } from "../messages.js";
import { lifeOf } from "./life.js";

/** All that the site says of one run. */
export function runPanel(
  { name, label, hypotheses, values, life }: RunFacts,
  catalog: Catalog,
  onClose: () => void,
): HTMLElement {
  const close = html("button", { type: "button" }, "Close");
  close.addEventListener("click", onClose);
  const pages = hypotheses.map((id) => {
    const page = catalog.pages[id];
    return html("li", {}, page ? html("a", { href: page.href }, page.title) : id.toUpperCase());
  });
  const heading = html("h2", { tabindex: -1 }, label);
  return html(
    "section",
    { class: "explorer-run", "aria-label": `Run ${name}` },
    html("div", { class: "explorer-run-head" }, heading, close),
    html(
      "p",
      {},
      "Run ",
      html("code", {}, name),
      ". In a terminal: ",
      html("code", {}, `npm run inspect -- ${name}`),
    ),
    html("h3", {}, "Hypotheses that use it"),
    pages.length > 0
      ? html("ul", {}, ...pages)
      : html("p", {}, "None: it served to choose settings, or stands for itself."),
    html("h3", {}, "The life of its filters"),
    life.states.length > 0 ? lifeOf(life) : html("p", {}, "It has no probes: it diverged before the first."),
    html("h3", {}, "What sets it apart, and what came out"),
    html(
      "div",
      { class: "explorer-facts", tabindex: 0 },
      html("dl", {}, ...values.flatMap(({ words, text }) => [html("dt", {}, words), html("dd", {}, text)])),
    ),
    html(
      "details",
      {},
      html("summary", {}, "Its whole configuration"),
      html("pre", { tabindex: 0 }, JSON.stringify(life.config, undefined, 2)),
    ),
  );
}
