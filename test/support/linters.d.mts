export function openWorkflowLinter(): Promise<
  (text: string, path: string) => { line: number; column: number; message: string; kind: string }[]
>;

export function lintDockerfile(text: string): string[];

export function lintPackage(folder: string): Promise<string[]>;

export function validateCrate(
  crate: object,
  files: readonly string[],
): Promise<{ problems: string[]; unknown: string[] }>;
