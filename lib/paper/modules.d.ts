/** The parts that this project calls of packages that ship no types. */
declare module "@citation-js/core" {
  /** A reference as CSL-JSON. */
  export interface CslEntry {
    id: string;
    title?: string;
    author?: { given?: string; family?: string; literal?: string }[];
    "container-title"?: string;
    publisher?: string;
    volume?: string | number;
    issue?: string | number;
    page?: string;
    issued?: { "date-parts": number[][] };
    URL?: string;
  }
  export const plugins: {
    input: { chain(text: string, options: { forceType: string; generateGraph: boolean }): CslEntry[] };
  };
}

declare module "@citation-js/plugin-bibtex" {}

declare module "markdown-it-footnote" {
  import type { PluginSimple } from "markdown-it";

  const footnote: PluginSimple;
  export default footnote;
}
