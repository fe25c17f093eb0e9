#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: finds one, installs Debian's as root, or says what to do.
# The headless shell is the same engine without a window, and takes two thirds of the processor's time for the tests.
set -euo pipefail

found() {
    for name in "$@"; do
        if [ -n "$name" ] && command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

install() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installing the package $1."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

if found "${CHROMIUM:-}" chromium-headless-shell; then exit 0; fi
if install chromium-headless-shell; then exit 0; fi
if found chromium chromium-browser google-chrome google-chrome-stable; then exit 0; fi
if install chromium; then exit 0; fi

echo "The browser tests need Chromium: install the package chromium-headless-shell, or set CHROMIUM to the path of yours." >&2
exit 1
