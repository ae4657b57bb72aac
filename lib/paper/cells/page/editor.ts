import { autocompletion, type CompletionContext } from "@codemirror/autocomplete";
import { javascript } from "@codemirror/lang-javascript";
import { type Diagnostic, linter } from "@codemirror/lint";
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { basicSetup, EditorView } from "codemirror";
import type { CellDiagnostic } from "../../../notebook/kernel/diagnostics.js";
import type { Completion } from "../messages.js";

export interface EditorOptions {
  code: string;
  /** What hearers call it: "Code of cell 3". */
  label: string;
  onChange: () => void;
  /** Ctrl or Cmd with Enter. */
  onRun: () => void;
  check: (code: string) => Promise<CellDiagnostic[]>;
  complete: (code: string, position: number) => Promise<Completion>;
}

export interface Editor {
  element: HTMLElement;
  code: string;
}

/** An editor for a cell's TypeScript, with the type-checker's errors and completions. */
export function openEditor({ code, label, onChange, onRun, check, complete }: EditorOptions): Editor {
  const completions = async ({ state, pos, explicit }: CompletionContext) => {
    const before = state.sliceDoc(Math.max(0, pos - 1), pos);
    if (!explicit && !/[\w$.]/.test(before)) return null;
    const { start, candidates } = await complete(state.doc.toString(), pos);
    return { from: start, options: candidates.map((name) => ({ label: name })), validFor: /^[\w$]*$/ };
  };
  const problems = async ({ state }: EditorView): Promise<Diagnostic[]> =>
    (await check(state.doc.toString()))
      .filter(({ fileName }) => fileName === undefined)
      .map(({ line, column, message, code: number }) => {
        const place = state.doc.line(Math.min(line, state.doc.lines));
        const from = Math.min(place.from + column - 1, place.to);
        const [word = ""] = /^[\w$]+/.exec(state.sliceDoc(from, place.to)) ?? [];
        return { from, to: from + word.length, severity: "error", message: `TS${number}: ${message}` };
      });
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    doc: code,
    extensions: [
      Prec.high(keymap.of([{ key: "Mod-Enter", run }])),
      basicSetup,
      javascript({ typescript: true }),
      autocompletion({ override: [completions] }),
      linter(problems, { delay: 800 }),
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of(({ docChanged }) => docChanged && onChange()),
    ],
  });
  return {
    element: view.dom,
    get code() {
      return view.state.doc.toString();
    },
    set code(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
  };
}
