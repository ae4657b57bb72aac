import { html } from "../../../live/page/dom.js";
import { archiveOfRuns } from "../archive.js";
import { forgetRuns, keptPaths, keptRuns } from "../kept-runs.js";
import { download } from "./download.js";

export interface KeptRunsOptions {
  say: (text: string) => void;
  /** Cells may still know of them. */
  onForgotten: () => void;
}

/** The runs that the reader has trained and the browser keeps: how many, to be downloaded or forgotten. */
export class KeptRuns {
  readonly #options: KeptRunsOptions;
  readonly #download = html("button", {
    type: "button",
    title:
      "Records as a checkout has them: unpack the archive in its folder data, and npm run runs lists them",
  });
  readonly element: HTMLElement;

  constructor(options: KeptRunsOptions) {
    this.#options = options;
    const forget = html(
      "button",
      { type: "button", title: "Removes them from this browser's storage, and restarts" },
      "Forget them",
    );
    this.#download.addEventListener("click", () => void this.#save());
    forget.addEventListener("click", () => void this.#forget());
    this.element = html("span", { class: "kept-runs", hidden: true }, this.#download, " ", forget);
    void this.refresh();
  }

  async refresh(): Promise<void> {
    const { length } = await keptPaths();
    this.element.hidden = length === 0;
    this.#download.textContent = length === 1 ? "Download your run" : `Download your ${length} runs`;
  }

  async #save(): Promise<void> {
    const runs = await keptRuns();
    download("filter-sparsity-runs.zip", archiveOfRuns(runs), "application/zip");
    this.#options.say(
      "In a checkout: unzip filter-sparsity-runs.zip -d data, then npm run runs lists what you trained.",
    );
  }

  async #forget(): Promise<void> {
    await forgetRuns(await keptPaths());
    await this.refresh();
    this.#options.onForgotten();
  }
}
