#!/usr/bin/env bash
# The table of allowed includes in docs/architecture.md holds: no file includes a folder that its row does not name.
set -euo pipefail
cd "$(dirname "$0")/.."

# "music: base" lines out of the table's rows "| music, nn | base |".
allowed() {
  awk -F'|' '/^\| folder \| may include \|/ {on = 1; next} on && !/^\|/ {exit} on && $2 !~ /---/ {print $2 ":" $3}' \
    docs/architecture.md | tr -d '` '
}

bad=0
while IFS=: read -r folders uses; do
  for folder in ${folders//,/ }; do
    if [ -d "src/$folder" ]; then where="src/$folder"; else where="$folder"; fi
    [ -d "$where" ] || { echo "docs/architecture.md names $folder, which is no folder"; bad=1; continue; }
    while IFS=: read -r file line include; do
      target=$(sed -E 's/.*"([^"]+)".*/\1/' <<<"$include")
      case "$target" in */*) used=${target%%/*} ;; *) used=$target ;; esac
      [ "$used" = "$folder" ] && continue
      [ "$uses" = "everything" ] && continue
      if ! grep -qx "$used" <<<"${uses//,/$'\n'}"; then
        echo "$file:$line: $folder may not include $used (docs/architecture.md)"
        bad=1
      fi
    done < <(grep -rnE '^#include "' "$where" --include='*.h' --include='*.cpp' || true)
  done
done < <(allowed)

for folder in $(ls -d src/*/ | xargs -n1 basename); do
  allowed | cut -d: -f1 | tr ',' '\n' | grep -qx "$folder" || { echo "src/$folder has no row in docs/architecture.md"; bad=1; }
done
[ "$bad" = 0 ] && echo "folders: clean"
exit "$bad"
