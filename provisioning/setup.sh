#!/bin/sh
# Brings a Debian 12 machine with Node 20 or newer and npm to where everything runs; shared by demo, simulator and test.
# Does only what is missing, so it is quick and needs no network when nothing is. Asks nothing as root; sudo otherwise.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }
fail() { say "$1"; say "$2"; exit 1; }

command -v flock >/dev/null || fail 'The command flock is missing.' 'Install util-linux, then run this again.'
if [ "${MADOGUCHI_SETUP:-}" != locked ]; then
  mkdir -p .cache
  # -o: no child of ours, such as a service that apt starts, keeps the lock
  MADOGUCHI_SETUP=locked exec flock -o .cache/setup.lock sh provisioning/setup.sh
fi

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# name and reason of each package that is not installed
missing_packages() {
  grep -v '^#' provisioning/debian-packages.txt | while read -r name why; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name: $why"
  done
}

# Services are for later: a broker or a pcscd of the machine's own is not what the simulator talks to.
keep_services_still() {
  [ -e /usr/sbin/policy-rc.d ] && return
  trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 130' INT TERM
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
}

install_packages() {
  missing=$1
  names=$(echo "$missing" | cut -d: -f1 | tr '\n' ' ')
  command -v apt-get >/dev/null || fail "These Debian packages are missing: $names" \
    'This machine has no apt-get: install what they hold (provisioning/debian-packages.txt says why each is needed).'
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "These Debian packages are missing: $names" \
    "Run as root: apt-get install --no-install-recommends $names"
  say 'installing Debian packages:'
  echo "$missing" | sed 's/^/  /' >&2
  keep_services_still
  as_root apt-get -qq -o DPkg::Lock::Timeout=300 update >&2 || say 'apt-get update failed; trying with the old lists'
  # shellcheck disable=SC2086 # a list of names
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    install --no-install-recommends $names >.cache/apt.log 2>&1 </dev/null || {
    tail -n 20 .cache/apt.log >&2
    fail 'apt-get could not install them.' 'See above and .cache/apt.log; is there a network, and is this Debian 12?'
  }
}

# In place, so that whatever runs from node_modules goes on. Not `npm ci`: it refuses our lock file, in which the
# registry that it was made from left out packages for other systems.
install_modules() {
  stamp=node_modules/.madoguchi-setup
  lock=$(sha256sum <package-lock.json)
  [ "$(cat $stamp 2>/dev/null)" = "$lock" ] && return
  command -v npm >/dev/null || fail 'npm is missing.' 'Install Node 20 or newer with npm, then run this again.'
  say 'installing npm packages, Node 24 among them'
  npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2 ||
    fail 'npm could not install the packages.' 'See above; is there a network?'
  echo "$lock" >$stamp
}

# Node of node_modules goes first: an addon built for, and by, another Node would not load.
build_addon() {
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) fail "There is no Node 24 for $(uname -m) in our packages." 'Use an x86-64 or arm64 machine.' ;;
  esac
  headers=$PWD/node_modules/node-linux-$arch
  [ -x "$headers/bin/node" ] || fail 'npm left Node 24 out.' 'Remove node_modules and run this again, without --omit=optional.'
  PATH=$PWD/node_modules/.bin:$PATH
  node -e 'require("pcsclite")' 2>/dev/null && return
  say 'building the smart card addon for Node 24'
  npm_config_nodedir=$headers npm_config_ignore_scripts=false npm rebuild pcsclite >.cache/addon.log 2>&1 || {
    tail -n 30 .cache/addon.log >&2
    fail 'The smart card addon could not be built.' 'See above and .cache/addon.log.'
  }
  node -e 'require("pcsclite")' || fail 'The smart card addon does not load.' 'See .cache/addon.log.'
}

command -v dpkg-query >/dev/null || fail 'This is not a Debian machine.' \
  'Use Debian 12, for example in a container; provisioning/debian-packages.txt says what is needed and why.'
missing=$(missing_packages)
[ -z "$missing" ] || install_packages "$missing"
install_modules
build_addon
sh simulator/card/build.sh
