#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: finds one, installs Debian's as root, or says what to do.
set -euo pipefail

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then exit 0; fi
done

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "No Chromium here: installing the package chromium."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null
    exit 0
fi

echo "The browser tests need Chromium: install the package chromium, or set CHROMIUM to the path of yours." >&2
exit 1
