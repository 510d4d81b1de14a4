#!/bin/sh
# Builds the virtual reader's IFD handler into build/, only when its source is newer. Needs gcc and libpcsclite-dev.
set -eu
cd "$(dirname "$0")"
library=build/ifd-handler.so
[ "$library" -nt ifd-handler.c ] && [ "$library" -nt build.sh ] && exit 0
mkdir -p build
# A file of its own, then a rename: two builds at once, or a pcscd that has the old one mapped, do no harm.
gcc -O2 -Wall -Wextra -shared -fPIC -I/usr/include/PCSC ifd-handler.c -o "$library.$$"
mv "$library.$$" "$library"
