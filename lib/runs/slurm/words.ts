/** A word as a shell reads it back, in one line whatever is in it. */
export function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (/[\n\r]/.test(word)) {
    const escapes: Record<string, string> = { "\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r" };
    return `$'${word.replace(/[\\'\n\r]/g, (character) => escapes[character]!)}'`;
  }
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line as a shell reads it back. */
export const commandLine = (words: readonly string[]): string => words.map(quoted).join(" ");
