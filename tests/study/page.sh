#!/usr/bin/env bash
# A study's page from disk in headless Chromium, from consent to saved answers, which a service then gets (tests/study/page.mjs).
# Skips (exit code 77) without Chromium, npm or network.  Usage: tests/study/page.sh PROGRAM [SCREENSHOTS]
set -euo pipefail
program=$(realpath "$1")
here=$PWD
. tests/browser.sh study
cp "$here/tests/study/page.mjs" .
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'file\tquadrant\trole\n' > "$folder/pieces.tsv"
for piece in 1 2 3 4 5; do
  "$program" compose --mood 0.5,0.5 --bars 2 --seed "$piece" -q -o "$folder/$piece.mid" -o "$folder/$piece.wav" >/dev/null
  ending=$([ "$piece" = 2 ] && echo wav || echo mid)
  printf '%s.%s\tQ1\t%s\n' "$piece" "$ending" "$([ "$piece" = 1 ] && echo training)" >> "$folder/pieces.tsv"
done
"$program" study make "$folder/pieces.tsv" -o "$folder/study" --seconds 8 --title "Music and emotion" --post answers
"$program" serve --study "$folder/study" --store "$folder/store" --port 0 2> "$folder/log" &
server=$!
trap 'kill $server; wait $server || true; rm -rf "$folder"' EXIT
until address=$(grep -oPm1 '"address":"\K[^"]+' "$folder/log" 2>/dev/null); do kill -0 $server; sleep 0.1; done
node page.mjs "$folder/study/page/index.html" "$folder/answers.json" "$address/study/" "${2:-}"
# What arrived is what the listener saved.
cmp "$folder/answers.json" "$folder"/study/answers/answers-*.json
"$program" study read "$folder/study/answers" --key "$folder/study/key.json" -o "$folder/report" --headphones 0 | grep "^1 listeners"
