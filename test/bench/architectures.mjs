/**
 * Inspects and cuts published architectures, and compares the outputs of both:
 *
 *     python test/onnx/make_models.py --out FOLDER       # torchvision's, with filters killed at random
 *     node test/bench/architectures.mjs FOLDER [IMAGES]  # default: 24 images of random patches for each
 *
 * Ends with exit code 1 where the outputs on the images that decided differ by more than 1e-4 of their scale.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { readModel } from "../../lib/dist/onnx/file.js";
import { imagesInFolder } from "../../lib/dist/onnx/image-folder.js";
import { usualNormalization } from "../../lib/dist/onnx/images.js";
import { inspectModel } from "../../lib/dist/onnx/inspect.js";
import { difference, outputsOf } from "../../lib/dist/onnx/proof.js";
import { openRandom } from "../../lib/dist/random.js";
import { keptLines } from "../../lib/dist/tables/onnx.js";

const [folder, count = "24"] = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => name.endsWith(".onnx"));
const place = mkdtempSync(join(tmpdir(), "architectures-"));

/** Smooth colors: 8x8 random ones, enlarged. */
async function drawImages(side) {
  const to = join(place, `${side}`);
  if (readdirSync(place).includes(`${side}`)) return to;
  mkdirSync(to);
  const random = openRandom(1, "patches");
  for (let index = 0; index < Number(count); index++) {
    const pixels = Buffer.from(Array.from({ length: 8 * 8 * 3 }, () => Math.floor(256 * random.uniform())));
    const patches = sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } });
    await patches
      .resize(side, side, { kernel: "cubic" })
      .png()
      .toFile(join(to, `${index}.png`));
  }
  return to;
}

const shown = (share) => `${(100 * share).toFixed(1)} %`;

try {
  for (const file of files) {
    const model = readModel(join(folder, file));
    const images = imagesInFolder(await drawImages(model.input.height), model.input, usualNormalization);
    const [indices, heldOut] = images.split();
    const start = performance.now();
    const { inspection, cut } = await inspectModel(model, images, { by: "activation", indices });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const all = [...indices, ...heldOut];
    const [before, after] = [await outputsOf(model, images, all), await outputsOf(cut.model, images, all)];
    const parts = [indices, heldOut].map((part) => part.map((index) => all.indexOf(index)));
    const [chosen, held] = parts.map((part) => difference(before, after, part));
    const sum = (of) => inspection.layers.reduce((total, layer) => total + of(layer), 0);
    const dead = sum(({ inactiveByActivation, constant }) => inactiveByActivation + constant);
    console.log(
      `${basename(file, ".onnx")}: ${dead} of ${sum(({ filters }) => filters)} filters and units emit one value; ` +
        `cutting leaves ${inspection.after.filters} filters, saves ${shown(1 - inspection.after.macs / inspection.before.macs)} of MACs, ` +
        `${shown(1 - inspection.after.parameters / inspection.before.parameters)} of parameters; largest difference ` +
        `${chosen.largest.toExponential(1)} (held out ${held.largest.toExponential(1)}); inspected in ${seconds} s`,
    );
    for (const line of keptLines(inspection.layers)) console.log(`  ${line}`);
    if (!(chosen.largest <= 1e-4)) process.exitCode = 1;
  }
} finally {
  rmSync(place, { recursive: true });
}
