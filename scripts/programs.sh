#!/usr/bin/env bash
# Makes sure that the programs are there which docs/deployment.md has recipes for, and which the tests of it start:
# finds each, installs Debian's packages of those that are missing as root, or says what to do.
set -euo pipefail
export PATH="$PATH:/usr/sbin"

missing=()
# The program and the package that has it.
for pair in nginx:nginx caddy:caddy haproxy:haproxy openssl:openssl systemd-analyze:systemd; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Not here: ${missing[*]}. Installing these packages."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    exit 0
fi

echo "The tests of the deployment need ${missing[*]}: install the packages of these names." >&2
exit 1
