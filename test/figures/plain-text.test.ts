import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText } from "../../lib/figures/plain-text.js";
import { plotlyMarkup } from "../../lib/paper/html.js";

test.each([
  ["Inactive by scale (|γ| < 10<sup>−3</sup>)", "Inactive by scale (|γ| < 10⁻³)"],
  ["x<y and y>x", "x<y and y>x"],
  ["<b>A</b>, one<br>two", "A, one two"],
  ["x<sub>i</sub> <i>is</i> <span style='color:red'>red</span>", "xi is red"],
  ["e<sup>kt</sup>", "e^kt"],
  ["10&#8722;3 &lt; 5 &times; 2 &none;", "10−3 < 5 × 2 &none;"],
  ["1 < 2 > 0 <script>", "1 < 2 > 0 <script>"],
])("%j reads %j", (text, words) => {
  expect(plainText(text)).toBe(words);
});

test("signs that are no tag are never swallowed", () => {
  const sign = fc.string({ unit: fc.constantFrom(..."<>|γ= 0123−"), maxLength: 12 });
  fc.assert(
    fc.property(sign, (text) => {
      expect(plainText(text)).toBe(text.replace(/\s+/g, " ").trim());
    }),
  );
});

test("as HTML it has the tags that HTML shares, and no others", () => {
  expect(plotlyMarkup("|γ| < 10<sup>−3</sup> <img src=x>").text).toBe(
    "|γ| &lt; 10<sup>−3</sup> &lt;img src=x&gt;",
  );
});
