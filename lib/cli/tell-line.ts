/** Says something on stderr, in a line of its own; stdout is the result's. */
export const tellLine = (line: string): void => void process.stderr.write(`${line}\n`);
