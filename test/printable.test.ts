import fc from "fast-check";
import { expect, it } from "vitest";
import { printable } from "../lib/printable.js";

it("control characters, and those that turn the writing, are shown and do nothing", () => {
  expect(printable("a\x1b[31mred\x07\r\n\x7f\x9b2J\u202egpj.exe\u2066")).toBe(
    "a\\x1b[31mred\\x07\\x0d\\x0a\\x7f\\x9b2J\\u202egpj.exe\\u2066",
  );
});

it("all other text stays as it is", () => {
  for (const text of ["café – 猫, 🐈‍⬛", "~/a b", "\\x1b"]) expect(printable(text)).toBe(text);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text)).not.toMatch(/\p{Cc}/u);
      if (!/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u.test(text)) expect(printable(text)).toBe(text);
    }),
  );
});
