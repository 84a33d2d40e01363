#!/bin/sh
# What the tests need beside Python: Chromium with fonts, Redis, PostgreSQL, and Node with an OpenID provider and a FHIR
# server. Installed where missing and permitted.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
servers() { # of versions that are locked, beside the tests that start them
  for each in oidc/node_modules/oidc-provider fhir/node_modules/@medplum; do
    there=$(dirname "$0")/$each
    [ -d "$there" ] || (cd "${there%%/node_modules*}" && npm ci --silent --no-fund --no-audit)
  done
}
[ -z "$missing" ] && { servers; exit 0; }
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "The tests need:$missing. Install them with your system's package manager and run make test again." >&2
  exit 1
fi
servers
