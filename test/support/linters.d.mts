export function openWorkflowLinter(): Promise<
  (text: string, path: string) => { line: number; column: number; message: string; kind: string }[]
>;

export function lintPackage(folder: string): Promise<string[]>;
