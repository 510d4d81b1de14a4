#!/bin/sh
# Runs a real pcscd in the foreground, with the virtual reader only, inside a mount namespace (pcscd.ts starts this
# script under `unshare --mount`). Its mounts end with the process.
#   $1 folder that becomes /run/pcscd: outside of the namespace the socket is $1/pcscd.comm
#   $2 IFD handler (.so)   $3 reader's name   $4 process id that must still be the parent
set -eu
PATH=$PATH:/usr/sbin:/sbin
[ "$PPID" = "$4" ] || { echo 'the starter is gone' >&2; exit 1; }
cd "$1"
exec 3<"$2"
# A new /run: this machine may have no /run/pcscd, and the machine's own pcscd is not touched.
mount -t tmpfs -o mode=755 madoguchi /run
mkdir /run/pcscd
mount --no-canonicalize --bind . /run/pcscd # "." works also if $1 is under the old /run
cat <&3 >/run/ifd-handler.so
exec 3<&-
# Hides the other drivers: a real USB reader of this machine must not appear beside the virtual one.
[ ! -d /usr/lib/pcsc/drivers ] || mount -t tmpfs madoguchi /usr/lib/pcsc/drivers
cat >/run/reader.conf <<CONF
FRIENDLYNAME "$3"
DEVICENAME /run/pcscd/card.sock
LIBPATH /run/ifd-handler.so
CHANNELID 0
CONF
exec pcscd --foreground --config /run/reader.conf
