#!/usr/bin/env bash
# What a development container runs once: packages, JupyterLab, and the native engine where it can be built.
set -euo pipefail
cd "$(dirname "$0")/.."
npm ci
npm run lab -- --setup
npm run engine -- build || echo "TensorFlow was not built; engine wasm is there. npm run engine -- build tries again."
