#!/usr/bin/env bash
# One short session on a machine with a GPU, all in one command: what engine webgpu's driver is, every kernel and two
# networks held against double precision and PyTorch, steps a second beside PyTorch on the same card, and H1's two main
# arms at the largest scale that fits. The same command again goes on with the arms where the last session stopped.
#
#   bash test/gpu/session.sh [--minutes 14] [--total 60] [--data cifar10=DIR] [--out DIR]
#   bash test/gpu/session.sh --dry-run      on a driver in software, with the smallest of everything; the benchmark on wasm
#
# --minutes: of this session. --total: of all sessions, by which the scale is chosen. --out: where what was printed goes,
# default data/cache/gpu-session. Needs npm ci, npm run engine -- webgpu, and Python with PyTorch for the comparison.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

minutes=14 total=60 out=data/cache/gpu-session dry=0 data=()
while [ $# -gt 0 ]; do
  case "$1" in
    --dry-run) dry=1; shift; continue ;;
    --minutes | --total | --data | --out) [ $# -ge 2 ] || { echo "session.sh: $1 needs a value" >&2; exit 2; } ;;
    *) echo "session.sh: unknown word $1. Options: --minutes, --total, --data, --out, --dry-run" >&2; exit 2 ;;
  esac
  case "$1" in
    --minutes) minutes=$2 ;;
    --total) total=$2 ;;
    --data) data=(--data "$2") ;;
    --out) out=$2 ;;
  esac
  shift 2
done
mkdir -p "$out" || exit 1
ends=$((SECONDS + minutes * 60))

# Debian's Chromium brings a driver in software and its loader.
chromium=/usr/lib/chromium
if [ $dry = 1 ] && [ -e $chromium/vk_swiftshader_icd.json ]; then
  export VK_DRIVER_FILES=$chromium/vk_swiftshader_icd.json
  export LD_LIBRARY_PATH=$chromium${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi

failed=()
# step NAME SECONDS COMMAND...: what it prints is shown and kept; ended after so many seconds, or with the session.
step() {
  local name=$1 limit=$2 left=$((ends - SECONDS))
  shift 2
  [ "$left" -lt "$limit" ] && limit=$left
  [ "$limit" -gt 0 ] || { failed+=("$name: no time left"); return 1; }
  echo "== $name (at most $limit s)"
  timeout --signal=TERM --kill-after=30 "$limit" "$@" 2>&1 | tee "$out/$name.txt"
  local code=${PIPESTATUS[0]}
  [ "$code" = 0 ] || failed+=("$name: exit code $code")
  return "$code"
}

npm run --silent build || exit 1
run=(node lib/dist/cli/main.js)
step doctor 60 "${run[@]}" doctor
if [ $dry = 1 ]; then
  tests=(test/engine/blocks.test.ts)
  bench=(--engine wasm --only quick --rounds 1 --seconds 0.1 --torch-device cpu)
  scale=(--scale smoke)
else
  tests=(test/engine test/training/agreement.webgpu.test.ts)
  bench=(--engine webgpu --only lite --only quick --only full --rounds 3 --seconds 1 --torch-device cuda)
  scale=(--bench "$out/bench.txt" --total "$total")
fi
step conformance 300 npx vitest run "${tests[@]}" -t webgpu
step bench 240 "${run[@]}" bench --peer eager "${bench[@]}" --json
step main-arms 100000 node test/gpu/main-arms.mjs --engine webgpu "${scale[@]}" "${data[@]}"

[ ${#failed[@]} = 0 ] && exit 0
printf 'not whole: %s\n' "${failed[@]}"
echo "main-arms with exit code 124: its time was over, and the same command goes on."
exit 1
