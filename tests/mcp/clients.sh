#!/usr/bin/env bash
# The program under two clients of npm's: one of the revisions with a handshake, one of 2026-07-28 (clients.mjs).
# Skips (exit code 77) without npm or network.  Usage: tests/mcp/clients.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
here=$PWD
command -v npm >/dev/null || { echo "skipped: no npm"; exit 77; }
mkdir -p build/mcp
cd build/mcp
echo '{"private": true}' > package.json
npm install --no-audit --no-fund --silent @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 >/dev/null 2>&1 ||
  { echo "skipped: no network"; exit 77; }
cp "$here/tests/mcp/clients.mjs" .
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/music"
node clients.mjs "$program" "$folder/music"
