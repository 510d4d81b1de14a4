#!/bin/sh
# Builds the virtual reader's IFD handler into build/, if its source is newer. Needs gcc and libpcsclite-dev.
set -eu
cd "$(dirname "$0")"
library=build/ifd-handler.so
[ "$library" -nt ifd-handler.c ] && [ "$library" -nt build.sh ] && exit 0
mkdir -p build
# Builds into a new file and renames it. So two builds at once do no harm, and a running pcscd keeps the old library.
gcc -O2 -Wall -Wextra -shared -fPIC -I/usr/include/PCSC ifd-handler.c -o "$library.$$"
mv "$library.$$" "$library"
