/**
 * Text from outside (names of files and classes, messages of other programs) as it may go to a terminal: control
 * characters, and those that turn the direction of writing, stand as `\\x1b` or `\\u202e`, and do nothing.
 */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
