#!/usr/bin/env bash
# The page in headless Chromium (tests/serve/page.mjs). Skips (exit code 77) without Chromium, npm or network.
# Usage: tests/serve/page.sh PROGRAM [FOLDER_FOR_PICTURES]
set -euo pipefail
program=$(realpath "$1")
pictures=${2:+$(realpath "$2")}
here=$PWD
. tests/browser.sh browser
cp "$here/tests/serve/page.mjs" .
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
"$program" serve --port 0 --store "$folder/store" 2> "$folder/log" &
server=$!
for _ in $(seq 100); do grep -q listening "$folder/log" && break; sleep 0.1; done
node page.mjs "$(grep -o 'http://[0-9.:]*' "$folder/log" | head -1)/" "$folder" $pictures
"$program" compose --text "$(cat "$folder/story.txt")" --plan "$folder/plan.json" --seed 7 -q -o "$folder/cli.mid"
cmp "$folder/page.mid" "$folder/cli.mid" && echo "page: the bytes of the command line"
