/**
 * The rooms of the library (folders of `lib/`), from the bottom up: each with the rooms that it may import, all of them
 * above it in this table, so that imports go one way. Types and modules that are loaded late count. The modules of `lib/`
 * itself stand below all rooms, but for the two indexes. `npm run check` runs this, on `lib/` or the folder it is given.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve, sep } from "node:path";

const training = ["engine", "datasets", "models", "optimizers", "training", "sparsity"];
const recording = ["pruning", "runs", "study", "harvest"];
const showing = ["tables", "figures"];

const rooms = {
  engine: [],
  datasets: [],
  models: ["engine", "datasets"],
  optimizers: ["engine", "models"],
  training: ["engine", "datasets", "models", "optimizers"],
  sparsity: ["datasets", "models", "training"],
  pruning: ["engine", "datasets", "models", "training", "sparsity"],
  runs: [...training, "pruning"],
  study: ["optimizers", "sparsity", "runs"],
  harvest: [...training, "pruning", "runs", "study"],
  onnx: ["engine", "datasets", "models", "sparsity", "pruning", "harvest"],
  tables: ["sparsity", "runs", "study", "harvest", "onnx"],
  figures: ["sparsity", "runs", "study", "harvest", "tables"],
  hypotheses: [...training, ...recording, ...showing],
  export: ["pruning", "runs", "study", "onnx", ...showing],
  crosscheck: [...training, "runs", "tables"],
  bench: [...training, "runs", "tables"],
  live: [...training, "runs", "study", "figures", "hypotheses"],
  notebook: [...training, ...recording, ...showing, "hypotheses", "export"],
  paper: [
    "engine",
    "datasets",
    "sparsity",
    "onnx",
    "runs",
    "study",
    ...showing,
    "hypotheses",
    "export",
    "crosscheck",
    "live",
    "notebook",
  ],
  archive: ["runs", "export", "paper"],
  cli: [
    ...training,
    ...recording,
    ...showing,
    "onnx",
    "hypotheses",
    "export",
    "crosscheck",
    "bench",
    "notebook",
    "paper",
    "archive",
  ],
};

/** Modules that stand above the rooms. */
const indexes = ["index.ts", "cells.ts", "browser.ts"];

const names = Object.keys(rooms);
const problems = names.flatMap((room, place) =>
  rooms[room]
    .filter((other) => !names.slice(0, place).includes(other))
    .map((other) => `The table lets ${room} import ${other}, which does not stand above it.`),
);

const folder = resolve(process.argv[2] ?? import.meta.dirname);
const built = /^(dist|\.builds|engine[\\/]kernels[\\/]assembly)[\\/]/;
const modules = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (path) => path.endsWith(".ts") && !built.test(path) && !indexes.includes(path),
);
for (const path of modules) {
  const room = roomOf(path);
  if (room !== undefined && !names.includes(room)) {
    problems.push(`${path} is in a room that the table does not have: add ${room}, with what it may import.`);
    continue;
  }
  const allowed = room === undefined ? [] : rooms[room];
  // The formatter leaves one way to write an import.
  for (const [, written] of readFileSync(join(folder, path), "utf8").matchAll(
    /\b(?:from |import(?: |\())"(\.[^"]+)"/g,
  )) {
    const imported = normalize(join(dirname(path), written));
    const to = roomOf(imported);
    const isIndex = indexes.includes(imported.replace(/\.js$/, ".ts"));
    if (!isIndex && (to === room || to === undefined || allowed.includes(to))) continue;
    const rule = allowed.length > 0 ? `${room} may import ${allowed.join(", ")}` : "it may import no room";
    problems.push(`${path} imports "${written}": ${isIndex ? "an index stands above all rooms" : rule}.`);
  }
}

/** undefined of a module that is in no room. */
function roomOf(path) {
  const [room, ...rest] = path.split(sep);
  return rest.length > 0 ? room : undefined;
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(
    `${problems.length} against the table of rooms in lib/rooms.mjs. Move what both rooms need to a lower one.`,
  );
  process.exitCode = 1;
}
