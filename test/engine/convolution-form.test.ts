import { expect, test } from "vitest";
import { convolutionForm } from "../../lib/engine/convolution-form.js";

const formOf = (side: number, width = side) => convolutionForm({ height: side, width }, [3, 3, 16, 32], 1);

test("small images have forms of their own, larger ones the tiles that waste least", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map((side) => formOf(side))).toEqual([
    "center",
    "karatsuba",
    // 3 to 4 pixels: one tile of 4x4 (36 products) against four of 2x2 (64).
    "winograd-4x4",
    "winograd-4x4",
    // 5 and 6: four tiles (144) against nine (144).
    "winograd-2x2",
    "winograd-2x2",
    "winograd-4x4",
    "winograd-4x4",
    "winograd-4x4",
  ]);
  expect([formOf(1, 2), formOf(2, 1), formOf(1, 9)]).toEqual([
    "winograd-2x2",
    "winograd-2x2",
    "winograd-2x2",
  ]);
});

test("other filters, strides and the fewest channels have none", () => {
  const image = { height: 8, width: 8 };
  expect(convolutionForm(image, [3, 3, 4, 4], 1)).toBe("winograd-4x4");
  expect(convolutionForm(image, [3, 3, 4, 4], 2)).toBeUndefined();
  expect(convolutionForm(image, [1, 1, 4, 4], 1)).toBeUndefined();
  expect(convolutionForm(image, [3, 5, 4, 4], 1)).toBeUndefined();
  expect(convolutionForm(image, [3, 3, 3, 4], 1)).toBeUndefined();
  expect(convolutionForm(image, [3, 3, 4, 3], 1)).toBeUndefined();
});
