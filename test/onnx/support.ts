import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll } from "vitest";
import { readModel } from "../../lib/onnx/file.js";
import { imagesInFolder } from "../../lib/onnx/image-folder.js";
import type { ModelImages } from "../../lib/onnx/images.js";
import type { OnnxModel } from "../../lib/onnx/model.js";
import { decodeModel, encodeModel, type ModelProto } from "../../lib/onnx/proto.js";
import { runtimeFolder } from "../../lib/onnx/runtime.js";
import { openRandom } from "../../lib/random.js";
import { optional } from "../support/optional.js";

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}.onnx`, import.meta.url));

/** Tests that run a model. */
export const withRuntime = () =>
  optional("ONNX Runtime", existsSync(runtimeFolder()), "npm run engine -- onnx adds it");

export const normalization = { mean: [0.5], std: [0.25] };

/** A folder that is removed at the end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "onnx-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Fills a folder with images of random pixels. */
export async function drawImages(folder: string, { count = 24, side = 8 } = {}): Promise<void> {
  const random = openRandom(1, "pixels");
  for (let index = 0; index < count; index++) {
    const pixels = Buffer.from(
      Array.from({ length: side * side * 3 }, () => Math.floor(256 * random.uniform())),
    );
    const image = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
    await image.png().toFile(join(folder, `${index}.png`));
  }
}

export const findImages = (folder: string, model: OnnxModel): ModelImages =>
  imagesInFolder(folder, model.input, normalization);

export const decoded = (name: string): ModelProto => decodeModel(readFileSync(fixture(name)));

/** Writes a fixture that was changed, and returns its path. */
export function changed(folder: string, name: string, change: (model: ModelProto) => void): string {
  const model = decoded(name);
  change(model);
  const path = join(folder, `${name}-changed.onnx`);
  writeFileSync(path, encodeModel(model));
  return path;
}

export const openFixture = (name: string): OnnxModel => readModel(fixture(name));
