# Sourced by the tests in headless Chromium, from the root of the repository: goes into build/NAME with playwright-core and
# axe-core. The test skips (exit code 77) without Chromium, npm or network.  Usage: . tests/browser.sh NAME
command -v chromium >/dev/null && command -v npm >/dev/null || { echo "skipped: no chromium or no npm"; exit 77; }
mkdir -p "build/$1"
cd "build/$1"
echo '{"private": true}' > package.json
npm install --no-audit --no-fund --silent playwright-core@1.56.1 axe-core@4.11.0 >/dev/null 2>&1 || { echo "skipped: no network"; exit 77; }
