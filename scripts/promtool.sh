#!/usr/bin/env bash
# Makes sure that there is a promtool for the test of the metrics: finds one, or takes that one program out of Debian's
# package prometheus and puts it into the folder that is given. Nothing is installed.
set -euo pipefail

folder=$1
if [ -x "$folder/promtool" ] || command -v promtool >/dev/null; then exit 0; fi

if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    echo "No promtool here: taking it out of the package prometheus."
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    if [ "$(id -u)" -eq 0 ]; then apt-get update -qq; fi
    if (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root prometheus >/dev/null); then
        dpkg-deb --fsys-tarfile "$work"/prometheus_*.deb | tar -x -C "$work" ./usr/bin/promtool
        mkdir -p "$folder"
        mv "$work/usr/bin/promtool" "$folder/promtool"
        exit 0
    fi
fi

echo "The test of the metrics needs promtool: install the package prometheus." >&2
exit 1
