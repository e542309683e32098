#!/usr/bin/env bash
# Requests a second of the service beside nginx, which serves the page's files from the same folder, by wrk.
# Usage: tests/peers/load.sh PROGRAM [SECONDS_PER_MEASUREMENT]
set -euo pipefail
program=$(realpath "$1")
seconds=${2:-5}
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cp -r web/dist "$folder/page"
gunzip -k "$folder"/page/*.gz
chmod -R a+rX "$folder"
cat > "$folder/nginx.conf" <<END
daemon off; pid $folder/nginx.pid; error_log $folder/nginx.log; worker_processes auto;
events { worker_connections 256; }
http {
  access_log off; gzip_static on; types { text/html html; text/css css; text/javascript js; }
  server { listen 127.0.0.1:8698; root $folder/page; }
}
END
cat > "$folder/read.lua" <<'END'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"story":{"text":"The rain stopped, and the whole street began to dance."}}'
END
"$program" serve -q --port 8699 --store "$folder/store" &
nginx -e "$folder/nginx.log" -c "$folder/nginx.conf" &
for port in 8698 8699; do
  for _ in $(seq 100); do curl -s -o "$folder/answer" "http://127.0.0.1:$port/" && break; sleep 0.1; done
done
measure() {
  wrk -t 2 -c "$2" -d "${seconds}s" "${@:4}" -H 'Accept-Encoding: gzip' "http://127.0.0.1:$3" > "$folder/wrk"
  printf '%-34s %3d connections %9s requests a second\n' "$1" "$2" "$(grep -oP 'Requests/sec:\s+\K\d+' "$folder/wrk")"
  ! grep "Non-2xx" "$folder/wrk"
}
for connections in 2 16; do
  for file in app.css app.js sound.js; do
    measure "nginx /$file" $connections "8698/$file"
    measure "story2midi /$file" $connections "8699/$file"
  done
  measure "story2midi /api/v1/health" $connections 8699/api/v1/health
  measure "story2midi /api/v1/read" $connections 8699/api/v1/read -s "$folder/read.lua"
done
