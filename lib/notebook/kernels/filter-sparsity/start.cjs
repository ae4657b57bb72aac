// Jupyter starts this file. The kernel itself is compiled from lib/notebook/kernel.
const { existsSync } = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const root = path.resolve(__dirname, "../../../..");
const kernel = path.join(root, "lib/dist/notebook/kernel/start.js");
if (existsSync(kernel)) {
  import(pathToFileURL(kernel).href).then(({ startKernel }) =>
    startKernel({ root, connectionFile: process.argv[2] }),
  );
} else {
  console.error(`The notebook kernel is not built: ${kernel} is missing. Run "npm ci && npm run build".`);
  process.exitCode = 1;
}
