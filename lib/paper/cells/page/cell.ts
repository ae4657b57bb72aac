import { html } from "../../../live/page/dom.js";
import type { Output, TrainingQuestion } from "../messages.js";
import { type Editor, type EditorOptions, openEditor } from "./editor.js";
import { Outputs } from "./outputs.js";
import { QuestionBox } from "./question.js";

export interface CellOptions extends Pick<EditorOptions, "check" | "complete"> {
  details: HTMLDetailsElement;
  onRun: (cell: Cell) => void;
  onChange: () => void;
}

/** A code cell of the page: its stored code and outputs, and the reader's. */
export class Cell {
  /** As the page counts it, from 1. */
  readonly number: number;
  readonly stored: string;
  /** The code that ran last in this state of the notebook; undefined where it has not. */
  ran: string | undefined;
  readonly #options: CellOptions;
  readonly #outputs = new Outputs();
  readonly #storedOutputs: HTMLElement | null;
  readonly #pre: HTMLElement;
  readonly #changed = html("span", { class: "cell-state" });
  readonly #reset = html("button", { type: "button", hidden: true }, "Reset");
  readonly #choice = html("span", {
    class: "cell-choice",
    role: "group",
    "aria-label": "Outputs",
    hidden: true,
  });
  #question: QuestionBox | undefined;
  #showsEarly = false;
  #code: string;
  #editor: Editor | undefined;

  constructor(options: CellOptions) {
    this.#options = options;
    const { details } = options;
    this.number = Number(details.id.slice("cell-".length));
    this.#pre = details.querySelector("pre")!;
    this.stored = this.#pre.textContent ?? "";
    this.#code = this.stored;
    this.#storedOutputs = document.getElementById(`outputs-${this.number}`);
    this.#addBar();
    this.#outputs.element.hidden = true;
    (this.#storedOutputs ?? details).after(this.#outputs.element);
    details.addEventListener("toggle", () => details.open && this.#edit());
    if (details.open) this.#edit();
  }

  get code(): string {
    return this.#code;
  }

  set code(text: string) {
    this.#code = text;
    if (this.#editor) this.#editor.code = text;
    this.#onChange();
  }

  get isChanged(): boolean {
    return this.#code !== this.stored;
  }

  open(): void {
    this.#options.details.open = true;
  }

  /** `shown`: whether what it shows takes the place of the stored outputs as soon as there is any. */
  begin({ shown }: { shown: boolean }): void {
    this.#outputs.clear();
    this.#showsEarly = shown;
    this.#state("runs ...");
  }

  show(output: Output): void {
    this.#outputs.show(output);
    if (this.#showsEarly) this.#choose("yours");
    this.#showsEarly = false;
  }

  /** Asks the reader among the cell's outputs; asked again, it says more of the same question. */
  ask(question: TrainingQuestion, answer: (agreed: boolean, always: boolean) => void): void {
    this.#showsEarly = true;
    if (!this.#question) {
      this.#question = new QuestionBox((agreed, always) => {
        this.#endQuestion();
        answer(agreed, always);
      });
      (this.#storedOutputs ?? this.#options.details).after(this.#question.element);
    }
    this.#question.say(question);
  }

  #endQuestion(): void {
    this.#question?.element.remove();
    this.#question = undefined;
  }

  /** `shown`: whether the reader's outputs take the place of the stored ones at once. */
  end(state: string, { shown }: { shown: boolean }): void {
    this.#endQuestion();
    this.#state(state);
    this.#choice.hidden = false;
    this.#choose(shown ? "yours" : this.#outputs.element.hidden ? "stored" : "yours");
  }

  #state(text: string): void {
    this.#changed.textContent = [this.isChanged && "changed", text].filter(Boolean).join(", ");
  }

  #addBar(): void {
    const run = html(
      "button",
      {
        type: "button",
        title: "Runs this cell (Ctrl or Cmd with Enter), and before it those above that have not run",
      },
      "Run",
    );
    run.addEventListener("click", () => this.#options.onRun(this));
    this.#reset.addEventListener("click", () => {
      this.code = this.stored;
      this.#choose("stored");
    });
    for (const which of ["stored", "yours"] as const) {
      const button = html(
        "button",
        { type: "button", "data-which": which },
        which === "stored" ? "Stored" : "Yours",
      );
      button.addEventListener("click", () => this.#choose(which));
      this.#choice.append(button);
    }
    this.#options.details.append(
      html("div", { class: "cell-bar" }, run, this.#reset, this.#choice, this.#changed),
    );
  }

  #choose(which: "stored" | "yours"): void {
    const yours = which === "yours";
    this.#outputs.element.hidden = !yours;
    if (this.#storedOutputs) this.#storedOutputs.hidden = yours;
    for (const button of this.#choice.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.which === which));
  }

  #edit(): void {
    if (this.#editor) return;
    const { check, complete, onRun } = this.#options;
    this.#editor = openEditor({
      ...{ code: this.#code, label: `Code of cell ${this.number}`, check, complete },
      onRun: () => onRun(this),
      onChange: () => {
        this.#code = this.#editor!.code;
        this.#onChange();
      },
    });
    this.#pre.replaceWith(this.#editor.element);
  }

  #onChange(): void {
    this.#reset.hidden = !this.isChanged;
    this.#state("");
    this.#options.onChange();
  }
}
