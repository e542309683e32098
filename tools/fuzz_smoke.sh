#!/usr/bin/env bash
# Builds the fuzz targets, replays their seeds and runs each for SECONDS_PER_TARGET (default 3). Findings are left in
# build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_PER_TARGET:-3}
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz -j "${BUILD_JOBS:-$(nproc)}" --target fuzz_targets
mkdir -p build/fuzz/findings
for seeds in tests/fuzz/corpus/*/; do
  name=$(basename "$seeds")
  grown=build/fuzz/corpus/$name
  mkdir -p "$grown"
  echo "== $name: $(find "$seeds" -type f | wc -l) seeds, $seconds s"
  build/fuzz/bin/"$name" -artifact_prefix=build/fuzz/findings/ -rss_limit_mb=2048 -timeout=20 -max_len=8192 \
    -max_total_time="$seconds" -verbosity=0 "$grown" "$seeds" 2> build/fuzz/"$name".log ||
    { tail -n 60 build/fuzz/"$name".log; exit 1; }
done
