#!/usr/bin/env bash
# Builds the page (web/) anew and compares it with web/dist, which is committed. Skips (exit code 77) without npm or network.
# Usage: tools/check_page.sh
set -euo pipefail
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "page: skipped, there is no npm"; exit 77; }
mkdir -p build/page
rm -rf build/page/src
cp -r web/index.html web/package.json web/package-lock.json web/tsconfig.json web/vite.config.js web/public web/src build/page/
cd build/page
npm ci --no-audit --no-fund --silent >/dev/null 2>&1 || { echo "page: skipped, its packages cannot be installed"; exit 77; }
npm run build --silent >/dev/null
# Compressors of other versions write other bytes of the same files.
gunzip -f dist/*.gz
rm -rf committed && cp -r ../../web/dist committed && gunzip -f committed/*.gz
diff -rq dist committed && echo "page: clean"
