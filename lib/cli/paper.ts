import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { resolveNotebooks } from "../notebook/notebooks.js";
import { buildPaper, numberedNotebooks } from "../paper/build.js";
import { readSource } from "../paper/notebook-source.js";
import { writeAnswers } from "../paper/readme.js";
import { shownPath } from "./shown-path.js";

interface PaperCommandOptions {
  out?: string;
  base?: string;
  serve?: boolean;
  port?: number;
  host?: string;
  check?: boolean;
  runCells?: boolean;
  readme?: boolean;
  pdf?: boolean | string;
  data?: boolean;
}

export function register(program: Command): void {
  program
    .command("paper")
    .summary("build the notebooks into a static site, to read, share and print")
    .description(
      "Build a static site from the executed notebooks: a page for each, all verdicts at a glance, an appendix. It needs no network.",
    )
    .argument("[notebooks...]", 'by number or name, e.g. "01"; default: all')
    .option("--out <folder>", "default: data/cache/paper")
    .option(
      "--base <url>",
      "address it will have on the web: adds a sitemap and whole addresses for previews",
    )
    .option("--serve", "then show it to this machine's browser")
    .option("--port <number>", "port to serve at (default: 8000, or a free one)", parsePort)
    .option("--host <address>", "address to serve at; in a container 0.0.0.0 (default: this machine's own)")
    .option("--check", "then open every page in a browser and check it")
    .option("--run-cells", "then run every cell of every page in a browser and compare with what is stored")
    .option("--pdf [file]", "then print all pages as one PDF (default: paper.pdf in the site's folder)")
    .option("--data", "with a download of all runs and all filters (Parquet) and what each column means")
    .option("--readme", "only write what came out into README.md's table, from the notebooks")
    .action(paperCommand);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new InvalidArgumentError("Expected a port from 1 to 65535.");
}

async function paperCommand(
  names: string[],
  { out, base, serve, port, host, check, runCells, readme, pdf, data }: PaperCommandOptions,
): Promise<void> {
  if (readme) {
    const changed = writeAnswers(numberedNotebooks().map(readSource));
    console.log(
      changed ? "README.md has a new table of answers." : "README.md's table of answers is as it should be.",
    );
    return;
  }
  const started = performance.now();
  const { folder, pages, warnings } = await buildPaper({
    ...(names.length > 0 && { notebooks: resolveNotebooks(names) }),
    ...(out !== undefined && { out }),
    ...(base !== undefined && { base }),
    ...(data !== undefined && { data }),
    print: console.log,
  });
  for (const warning of warnings) console.warn(warning);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${pages.length} pages in ${seconds} s: ${shownPath(join(folder, "index.html"))}`);
  if (pdf) {
    const { printSite } = await import("../paper/print.js");
    const path = pdf === true ? join(folder, "paper.pdf") : resolve(pdf);
    await printSite(folder, pages, path);
    console.log(`The whole paper: ${shownPath(path)}`);
  }
  if (check) {
    const { checkSite } = await import("../paper/check.js");
    await checkSite(folder, { pages, print: console.log });
  }
  if (runCells) {
    const { checkAllCells } = await import("../paper/cells/check.js");
    const notebooks = names.length > 0 ? resolveNotebooks(names) : numberedNotebooks();
    await checkAllCells(folder, { sources: notebooks.map(readSource), print: console.log });
  }
  if (!serve) {
    if (!check) console.log("npm run paper -- --serve shows it with interactive figures and reruns.");
    return;
  }
  const { serveFolder } = await import("../paper/serve.js");
  const { address } = await serveFolder(folder, {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
  });
  console.log(`\nThe paper: ${address}\nCtrl-C ends it.`);
}
