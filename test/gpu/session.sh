#!/usr/bin/env bash
# One short session on a machine with a GPU, all in one command: what engine webgpu's driver is, every kernel, the
# networks and the optimizers held against double precision and PyTorch, steps a second beside PyTorch on the same card,
# and H1's two main arms at the largest scale that fits. The same command again goes on with the arms where the last
# session stopped.
#
#   bash test/gpu/session.sh [--minutes 14] [--total 60] [--data cifar10=DIR] [--out DIR] [--l2 3e-3]... [--only STEP]...
#   bash test/gpu/session.sh --dry-run      on a driver in software, with the smallest of everything; the benchmark on wasm
#
# --minutes: of this session. --total: of all sessions, by which the scale is chosen, unless --scale names one. --l2:
# strengths of the penalty instead of the strongest. --out: where what was printed goes, default data/cache/gpu-session.
# --only: doctor, conformance, bench or arms; repeatable. Needs npm ci, npm run engine -- webgpu, and Python with PyTorch
# for the comparison. A machine without npm takes a copied checkout that was built elsewhere, with --built.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

minutes=14 total=60 out=data/cache/gpu-session dry=0 built=0 arms=() scale=() only=' '
while [ $# -gt 0 ]; do
  case "$1" in
    --dry-run) dry=1; shift; continue ;;
    --built) built=1; shift; continue ;;
    --minutes | --total | --data | --out | --scale | --l2 | --only)
      [ $# -ge 2 ] || { echo "session.sh: $1 needs a value" >&2; exit 2; } ;;
    *)
      echo "session.sh: unknown word $1. Options: --minutes, --total, --scale, --l2, --data, --out, --only, --built, --dry-run" >&2
      exit 2 ;;
  esac
  case "$1" in
    --minutes) minutes=$2 ;;
    --total) total=$2 ;;
    --data) arms+=(--data "$2") ;;
    --out) out=$2 ;;
    --scale) scale=(--scale "$2") ;;
    --l2) arms+=(--l2 "$2") ;;
    --only) only+="$2 " ;;
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
  [ "$only" = ' ' ] || [[ $only == *" ${name%%-*} "* ]] || return 0
  [ "$left" -lt "$limit" ] && limit=$left
  [ "$limit" -gt 0 ] || { failed+=("$name: no time left"); return 1; }
  echo "== $name (at most $limit s)"
  timeout --signal=TERM --kill-after=30 "$limit" "$@" 2>&1 | tee "$out/$name.txt"
  local code=${PIPESTATUS[0]}
  [ "$code" = 0 ] || failed+=("$name: exit code $code")
  return "$code"
}

[ $built = 1 ] || npm run --silent build || exit 1
run=(node lib/dist/cli/main.js)
if [ $dry = 1 ]; then
  tests=(test/engine/blocks.test.ts)
  eager=(quick) compiled=()
  bench=(--engine wasm --rounds 1 --seconds 0.1)
  [ ${#scale[@]} -gt 0 ] || scale=(--scale smoke)
else
  tests=(test/engine test/optimizers/torch.webgpu.test.ts test/training/agreement.webgpu.test.ts)
  eager=(lite reduced full full-batch-512 full-evaluation) compiled=(lite full)
  bench=(--engine webgpu --rounds 3 --seconds 0.6 --torch-device cuda)
  [ ${#scale[@]} -gt 0 ] || scale=(--total "$total")
fi
step doctor 60 "${run[@]}" doctor
step conformance 300 node node_modules/vitest/vitest.mjs run "${tests[@]}" -t webgpu --maxWorkers 50%
# One command for each work: what was measured is kept, whatever takes too long. PyTorch compiles for a minute.
for kind in eager compiled; do
  declare -n works=$kind
  for work in "${works[@]}"; do
    name=bench-$work-$kind
    step "$name" 120 "${run[@]}" bench "${bench[@]}" --only "$work" --peer "$kind" --peer "$kind-tf32" --json
    scale+=(--bench "$out/$name.txt")
  done
done
step arms 100000 node test/gpu/main-arms.mjs --engine webgpu "${scale[@]}" "${arms[@]}"

[ ${#failed[@]} = 0 ] && exit 0
printf 'not whole: %s\n' "${failed[@]}"
echo "arms with exit code 124: its time was over, and the same command goes on."
exit 1
