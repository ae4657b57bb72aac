import type { Browser } from "playwright-core";
import { launchBrowser } from "../export/browser.js";
import { serveFolder } from "./serve.js";

/** A site that is served to a browser. */
export interface OpenSite {
  /** Ends in a slash. */
  address: string;
  browser: Browser;
  close(): Promise<void>;
}

/** Serves a site to a browser of its own, for checks and tests. Throws `UserError` where no browser is found. */
export async function openSite(folder: string): Promise<OpenSite> {
  const browser = await launchBrowser();
  try {
    const { address, server } = await serveFolder(folder, { port: 0 });
    const close = async () => {
      await browser.close();
      server.close();
      server.closeAllConnections();
    };
    return { address, browser, close };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
