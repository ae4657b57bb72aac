/** The protocol counts positions in code points (since its version 5.2), JavaScript in UTF-16 code units. */
export function unitsOf(text: string, codePoints: number): number {
  let units = 0;
  let passed = 0;
  for (const character of text) {
    if (passed++ >= codePoints) break;
    units += character.length;
  }
  return units;
}

/** Code points in the first `units` code units; within a pair, those before it. */
export function codePointsOf(text: string, units: number): number {
  let passed = 0;
  let at = 0;
  for (const character of text) {
    at += character.length;
    if (at > units) break;
    passed++;
  }
  return passed;
}
