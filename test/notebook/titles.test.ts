import { basename } from "node:path";
import { expect, it } from "vitest";
import { hypotheses } from "../../lib/hypotheses/index.js";
import { listNotebooks, readNotebook, sourceOf } from "../../lib/notebook/notebooks.js";

// Site, overview, README and commands call a hypothesis by one name, or a reader takes it for two.
it("a hypothesis' notebook is titled as the hypothesis is", () => {
  const titles = listNotebooks().map((path) => {
    const first = readNotebook(path).cells.find(({ cell_type }) => cell_type === "markdown");
    return [basename(path, ".ipynb"), first && sourceOf(first).split("\n")[0]];
  });
  const shown = Object.fromEntries(titles);
  for (const { id, notebook, title } of hypotheses)
    expect(shown[notebook]).toBe(`# H${Number(id.slice(1))} · ${title}`);
});
