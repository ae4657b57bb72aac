import type { LiveHypothesis } from "../catalog.js";
import { html } from "./dom.js";
import { Panel } from "./panel.js";

/** The folder that this script and everything it fetches lie in. */
const assets = new URL(".", (document.currentScript as HTMLScriptElement | null)?.src ?? scriptInPage()).href;

/** Loaded as a module, a script is not told which one it is. */
function scriptInPage(): string {
  const found = [...document.scripts].find(({ src }) =>
    new URL(src, location.href).pathname.endsWith("/live.js"),
  );
  return found?.src ?? location.href;
}

/** Every `<section data-live-rerun="h01">` of the page becomes a panel. */
async function start(): Promise<void> {
  const sections = [...document.querySelectorAll<HTMLElement>("[data-live-rerun]")];
  if (sections.length === 0) return;
  await styled();
  for (const section of sections) {
    const id = section.dataset.liveRerun ?? "";
    try {
      new Panel(section, await fetched(id), assets);
    } catch (error) {
      section.replaceChildren(html("p", {}, error instanceof Error ? error.message : String(error)));
    }
  }
}

function styled(): Promise<void> {
  return new Promise((resolve) => {
    const link = html("link", { rel: "stylesheet", href: `${assets}live.css` });
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => resolve());
    document.head.append(link);
  });
}

async function fetched(id: string): Promise<LiveHypothesis> {
  if (location.protocol === "file:") {
    throw new Error(
      "A page opened from disk cannot run anything. In the project's folder, npm run paper -- --serve shows the same pages at an address where this rerun works.",
    );
  }
  const response = await fetch(`${assets}${id}.json`).catch(() => undefined);
  if (response?.ok) return (await response.json()) as LiveHypothesis;
  throw new Error(
    `The rerun cannot start: ${assets}${id}.json is missing. Build the site again with npm run paper.`,
  );
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => void start());
else void start();
