#!/usr/bin/env node
/** The command line. In a checkout, where the sources are, the library is built first: that takes long only after a change. */
import { existsSync } from "node:fs";

const inCheckout = existsSync(new URL("build.mjs", import.meta.url));
if (inCheckout) await import("./build.mjs");
if (process.exitCode === undefined) await import("./dist/cli/main.js");
