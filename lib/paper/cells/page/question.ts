import { html } from "../../../live/page/dom.js";
import type { TrainingQuestion } from "../messages.js";

/** What stands in a cell while the reader is asked whether runs that are not on record are trained in the page. */
export class QuestionBox {
  readonly #text = html("p");
  readonly element: HTMLElement;

  constructor(answer: (agreed: boolean, always: boolean) => void) {
    const always = html("input", { type: "checkbox" });
    const button = (text: string, agreed: boolean) => {
      const made = html("button", { type: "button" }, text);
      made.addEventListener("click", () => answer(agreed, agreed && always.checked));
      return made;
    };
    const buttons = html(
      "p",
      {},
      ...[button("Train here", true), " ", button("Do not train", false), " "],
      html("label", {}, always, " and whatever else this page lacks, without asking"),
    );
    this.element = html("div", { class: "cell-question", role: "group", "aria-label": "Training" });
    this.element.append(this.#text, buttons);
  }

  say({ runs, workers, expected }: TrainingQuestion): void {
    const what = runs === 1 ? "1 run is not on record" : `${runs} runs are not on record`;
    const share = workers === 1 ? "" : `, ${workers} at a time`;
    const time =
      expected === undefined
        ? "How long training takes here is being measured ..."
        : `Training here takes about ${expected}${share}, going by a few steps of the longest just now.`;
    this.#text.textContent = `${what}. ${time} It computes in this page alone, and what is finished stays in this browser.`;
  }
}
