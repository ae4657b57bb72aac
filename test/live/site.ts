import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scale } from "../../lib/hypotheses/index.js";
import { buildLive } from "../../lib/live/build.js";
import { liveScript, liveSection } from "../../lib/live/markup.js";
import { serveFolder } from "../../lib/paper/serve.js";

export interface LiveSite {
  folder: string;
  /** Ends in a slash. */
  address: string;
  files: string[];
  bytes: number;
  close(): Promise<void>;
}

/** A page with the panels of some hypotheses and nothing else, built into a temporary folder and served. */
export async function liveSite(ids: readonly string[], scale: Scale): Promise<LiveSite> {
  const folder = await mkdtemp(join(tmpdir(), "filter-sparsity-live-"));
  const { files, bytes } = await buildLive(join(folder, "live"), { scale });
  await writeFile(join(folder, "index.html"), pageOf(ids));
  const { address, server } = await serveFolder(folder, { port: 0 });
  return {
    ...{ folder, files, bytes, address },
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const pageOf = (ids: readonly string[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rerun in the page</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas; max-width: 62rem; margin: 1rem auto; padding: 0 1rem; }
</style>
${liveScript()}
</head>
<body><main><h1>Rerun in the page</h1>
${ids.map((id) => `<h2>${id}</h2>${liveSection(id)}`).join("\n")}
</main></body>
</html>
`;
