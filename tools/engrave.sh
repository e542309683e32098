#!/bin/bash
# Engraves MusicXML as pages: FOLDER/NAME-1.png, ... by MuseScore 3 (Debian's musescore3), without a screen.
# Usage: tools/engrave.sh FOLDER FILE.musicxml...     (DPI=90)
set -euo pipefail
[ $# -ge 2 ] || { sed -n 2,3p "$0" >&2; exit 2; }
command -v musescore3 > /dev/null || { echo "engrave: needs musescore3 (apt-get install musescore3)" >&2; exit 1; }
folder=$1; shift
mkdir -p "$folder"
for file in "$@"; do
  name=$(basename "$file"); name=${name%.*}
  QT_QPA_PLATFORM=offscreen musescore3 -r "${DPI:-90}" -o "$folder/$name.png" "$file" 2> /dev/null
  ls "$folder/$name"-*.png
done
