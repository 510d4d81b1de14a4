#!/bin/sh
# Runs a real pcscd in the foreground, alone with the virtual reader, inside a mount namespace (started by pcscd.ts
# under `unshare --mount`). Everything it mounts goes away with the process.
#   $1 folder that becomes /run/pcscd, so that its socket is seen outside as $1/pcscd.comm
#   $2 IFD handler (.so)   $3 reader's name   $4 process that must still be our parent
set -eu
PATH=$PATH:/usr/sbin:/sbin
[ "$PPID" = "$4" ] || { echo 'the starter is gone' >&2; exit 1; }
cd "$1"
exec 3<"$2"
# A fresh /run: /run/pcscd need not exist on this machine, and a pcscd of the machine's own stays untouched.
mount -t tmpfs -o mode=755 madoguchi /run
mkdir /run/pcscd
mount --no-canonicalize --bind . /run/pcscd # "." also when $1 itself lay under the old /run
cat <&3 >/run/ifd-handler.so
exec 3<&-
# No driver but ours: a real USB reader on this machine must not turn up beside the virtual one.
[ ! -d /usr/lib/pcsc/drivers ] || mount -t tmpfs madoguchi /usr/lib/pcsc/drivers
cat >/run/reader.conf <<CONF
FRIENDLYNAME "$3"
DEVICENAME /run/pcscd/card.sock
LIBPATH /run/ifd-handler.so
CHANNELID 0
CONF
exec pcscd --foreground --config /run/reader.conf
