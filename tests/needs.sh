#!/bin/sh
# What the tests need beside Python: Chromium with fonts, Redis, PostgreSQL, and Node with an OpenID provider. Installed
# where missing and permitted.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
provider() { # of a version that is locked, beside the tests that start it
  here=$(dirname "$0")/oidc
  [ -d "$here/node_modules/oidc-provider" ] || (cd "$here" && npm ci --silent --no-fund --no-audit)
}
[ -z "$missing" ] && { provider; exit 0; }
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "The tests need:$missing. Install them with your system's package manager and run make test again." >&2
  exit 1
fi
provider
