export function openWorkflowLinter(): Promise<
  (text: string, path: string) => { line: number; column: number; message: string; kind: string }[]
>;
