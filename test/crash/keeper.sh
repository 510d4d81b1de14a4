# Mounts for a test, and takes everything down again however the test ends. Usage: sh keeper.sh FOLDER
# Each line on stdin is a command; answered with its exit code and its output (base64). The end of stdin, which comes
# too when the test is killed, undoes what lives under FOLDER: mounts, loop devices, files.
trap '' INT TERM HUP

# Unmounts what is under $1: either "fuse" or the file systems on a "disk". The youngest goes first.
unmount() {
  tac /proc/self/mounts | awk -v type="$2" '($3 ~ /^fuse/) == (type == "fuse") { print $2 }' | while read -r place; do
    case $place in "$1"/*) umount "$place" 2>/dev/null || umount -l "$place" ;; esac
  done
}

# A file system, the device that it is on, the file that the device is made of.
release() {
  unmount "$1" disk
  losetup -n -O NAME,BACK-FILE | while read -r device file; do
    case $file in "$1"/*) losetup -d "$device" ;; esac
  done
  unmount "$1" fuse
  rm -rf --one-file-system "$1"
}

# What a keeper that was killed itself has left: FOLDER ends with the id of its test's process.
for left in "${1%-*-*}"-*; do
  owner=${left##*-}
  [ -d "$left" ] && [ ! -d "/proc/$owner" ] && release "$left" >&2
done

mkdir -p "$1"
while read -r line; do
  output=$({ eval "$line"; } 2>&1 </dev/null)
  code=$?
  [ -z "$output" ] || output=$(printf %s "$output" | base64 -w 0)
  echo "$code $output"
done
release "$1" >&2
