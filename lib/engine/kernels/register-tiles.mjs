/**
 * Writes the inner loops of all convolutions in AssemblyScript, which cannot unroll over an array of local variables.
 *
 * A register tile is `tileRows` x `tileVectors` vectors of sums. 4 x 2 of them, the operands of one step and a product
 * fit the 15 vector registers that V8 hands out on x86-64; larger tiles spill and are slower. Several steps a turn save
 * pointers' sums; the way out between two steps keeps the second one's loads behind the first one's sums, which V8
 * before version 13 would otherwise load all at once, and spill.
 */
const [tileRows, tileVectors, stepsPerTurn] = [4, 2, 4];
const lanes = 4 * tileVectors;

const range = (count) => [...Array(count).keys()];
const eachRow = (line) => range(tileRows).map(line);
const eachSum = (line) => eachRow((row) => range(tileVectors).map((vector) => line(row, vector))).flat();

const zeros = eachSum((row, vector) => `let s${row}${vector} = f32x4.splat(0);`);

/** One product of each row's value, `value(row)`, with the vectors at `factors` and `offset` bytes on. */
const step = (number, value, factors, offset) => [
  ...range(tileVectors).map(
    (vector) => `const f${number}${vector} = v128.load(${factors}, ${offset + 16 * vector});`,
  ),
  ...eachRow((row) => [
    `const v${number}${row} = v128.load32_splat(${value(row)});`,
    ...range(tileVectors).map(
      (vector) =>
        `s${row}${vector} = f32x4.add(s${row}${vector}, f32x4.mul(v${number}${row}, f${number}${vector}));`,
    ),
  ]).flat(),
  "if (--rest === 0) break;",
];

const multiplyPanel = `
export function multiplyPanel(
  base: usize, offsets: usize, panel: usize, to: usize, toBytes: usize,
  rows: usize, columns: usize, runs: usize, run: usize, runBytes: usize,
): void {
  const panelRunBytes: usize = run * ${4 * lanes};
  for (let row: usize = 0; row < rows; row += ${tileRows}) {
    ${eachRow((row) => `let row${row}: usize = base + load<u32>(offsets, ${4 * row});`).join("\n    ")}
    offsets += ${4 * tileRows};
    let panelRun = panel;
    ${zeros.join("\n    ")}
    for (let count: usize = 0; count < runs; count++) {
      ${eachRow((row) => `let x${row} = row${row};`).join("\n      ")}
      let factors = panelRun;
      let rest = run;
      while (true) {
        ${range(stepsPerTurn)
          .flatMap((number) => step(number, (row) => `x${row}, ${4 * number}`, "factors", 4 * lanes * number))
          .join("\n        ")}
        ${eachRow((row) => `x${row} += ${4 * stepsPerTurn};`).join("\n        ")}
        factors += ${4 * lanes * stepsPerTurn};
      }
      ${eachRow((row) => `row${row} += runBytes;`).join("\n      ")}
      panelRun += panelRunBytes;
    }
    const left = rows - row;
    if (columns === ${lanes} && left >= ${tileRows}) {
      ${eachSum((row, vector) => `v128.store(to + ${row} * toBytes, s${row}${vector}, ${16 * vector});`).join("\n      ")}
    } else {
      ${eachRow((row) => `if (left > ${row}) storeColumns(to + ${row} * toBytes, s${row}0, s${row}1, columns);`).join("\n      ")}
    }
    to += ${tileRows} * toBytes;
  }
}`;

const addProducts = `
export function addProducts(
  values: usize, groupBytes: usize, panel: usize, sums: usize, sumBytes: usize, groups: usize, first: bool,
  images: usize, rows: usize, pixels: usize, pixelBytes: usize, rowGap: usize, imageGap: usize,
): void {
  for (let group: usize = 0; group < groups; group++) {
    let x = values;
    let factors = panel;
    ${zeros.join("\n    ")}
    for (let image: usize = 0; image < images; image++) {
      for (let row: usize = 0; row < rows; row++) {
        let rest = pixels;
        while (true) {
          ${range(2)
            .flatMap((number) => [
              ...step(number, (row) => `x, ${4 * row}`, "factors", 0).slice(0, -1),
              "x += pixelBytes;",
              `factors += ${4 * lanes};`,
              "if (--rest === 0) break;",
            ])
            .join("\n          ")}
        }
        x += rowGap;
      }
      x += imageGap;
    }
    ${eachRow((row) => `storeSums(sums + ${row} * sumBytes, s${row}0, s${row}1, first);`).join("\n    ")}
    sums += ${tileRows} * sumBytes;
    values += groupBytes;
  }
}`;

/** Source of the module that assembly/register-tiles.d.ts describes. */
export const registerTiles = `import { storeColumns, storeSums } from "./store";
${multiplyPanel}
${addProducts}
`;
