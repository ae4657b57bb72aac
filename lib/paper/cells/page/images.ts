import { html } from "../../../live/page/dom.js";
import type { ReadersImages } from "../messages.js";
import { type GivenFile, imageFolderOf } from "../readers-images.js";
import { chosenFiles, droppedFiles } from "./given-files.js";

/** Where a reader drops or chooses images of their own, for cells to train on. */
export class ImagesPanel {
  readonly button = html(
    "button",
    { type: "button", title: "Train on images of your own", "aria-expanded": "false" },
    "Your images",
  );
  readonly element: HTMLElement;
  readonly #give: (images: ReadersImages) => Promise<string>;
  #taken = 0;
  readonly #said = html("div", { role: "status" });

  /** `give` resolves with what there is to say of the images, and rejects with what is wrong. */
  constructor(give: (images: ReadersImages) => Promise<string>) {
    this.#give = give;
    const field = html("input", {
      ...{ type: "file", multiple: true, webkitdirectory: true, "aria-label": "Folder of images" },
    });
    field.addEventListener("change", () => void this.#take(async () => chosenFiles(field.files ?? [])));
    this.element = html(
      "div",
      { class: "workbench-images", hidden: true, role: "group", "aria-label": "Your images" },
      html(
        "p",
        {},
        "Drop a folder here, or choose one, with a folder of images for each class (every fifth image is then for testing), or train/ and test/ with one for each class. They stay in this page, nothing is sent anywhere, and they are gone when you leave it.",
      ),
      field,
      this.#said,
    );
    this.button.addEventListener("click", () => this.#toggle());
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      const { items } = event.dataTransfer ?? {};
      if (items) void this.#take(() => droppedFiles(items));
    });
  }

  #toggle(): void {
    this.element.hidden = !this.element.hidden;
    this.button.setAttribute("aria-expanded", String(!this.element.hidden));
  }

  async #take(files: () => Promise<GivenFile[]>): Promise<void> {
    this.#said.textContent = "Reads them ...";
    try {
      const images = { ...imageFolderOf(await files()), stamp: String(++this.#taken) };
      this.#said.replaceChildren(html("p", {}, await this.#give(images)), ...usage(images.name));
    } catch (error) {
      this.#said.textContent = `They cannot be used. ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

/** A cell that trains on them. */
const usage = (name: string): HTMLElement[] => [
  html("p", {}, "A cell trains on them with:"),
  html(
    "pre",
    { class: "output", tabindex: 0 },
    `import { rerun } from "filter-sparsity";
await rerun({ hypothesis: "h01", dataset: { name: "${name}", source: "jpeg" } });`,
  ),
];
