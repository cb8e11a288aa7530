LC_ALL=C
export LC_ALL
CONTROL=/sys/class/zram-control

stop() {
    status=$1
    shift
    echo "replay: $*" >&2
    exit "$status"
}

[ $# -le 1 ] || stop 2 "usage: $0 [ROUNDS]; the device is made here, and cannot be named"
ROUNDS=${1:-$ROUNDS}
case $ROUNDS in '' | *[!0-9]* | 0) stop 2 "usage: $0 [ROUNDS]" ;; esac
[ "$(id -u)" = 0 ] || stop 77 'making a zram device takes root'
[ -e "$CONTROL/hot_add" ] ||
    stop 77 'this kernel has no zram, or its module is not loaded: try modprobe zram'
for tool in base64 blkdiscard cat dd gzip losetup mktemp od rm sleep tail tr; do
    command -v "$tool" >/dev/null || stop 77 "the program $tool is not here"
done

WORK=$(mktemp -d /tmp/swapstorm-replay-XXXXXX) || exit 2
: >"$WORK/made"

# Takes away what make_device made, even if this script is ended half way.
tidy() {
    trap '' INT TERM
    for holder in "$WORK"/holder-*; do
        [ ! -e "$holder" ] || kill "$(cat "$holder")" 2>/dev/null
        rm -f "$holder"
    done
    while read -r number; do
        tries=0
        while [ $tries -lt 100 ] && [ -e "/sys/block/zram$number" ] &&
            ! echo "$number" 2>/dev/null >"$CONTROL/hot_remove"; do
            tries=$((tries + 1))
            sleep 0.05
        done
    done <"$WORK/made"
    : >"$WORK/made"
}
finish() {
    tidy
    if [ -n "${BACKING:-}" ]; then losetup -d "$BACKING"; fi
    rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

# Makes a device, whose number it leaves in $made, and insists that it is new: nobody else's is
# ever touched.
make_device() {
    before=" $(cd /sys/block && echo *) "
    made=$(cat "$CONTROL/hot_add") || stop 2 'no device can be made'
    case $before in
    *" zram$made "*) stop 2 "zram$made was there before: it is not ours, and is left alone" ;;
    esac
    [ "$(cat "/sys/block/zram$made/disksize")" = 0 ] ||
        stop 2 "zram$made has a size already: it is not ours, and is left alone"
    echo "$made" >>"$WORK/made"
    tries=0
    while [ $tries -lt 100 ] && [ ! -e "/dev/zram$made" ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
}

# Says what a program answered: ok, or the name of the error that it complained of last.
answer() {
    if [ "$1" = 0 ]; then
        said=ok
        return
    fi
    said=$(tail -n 1 "$WORK/error-$me")
    said=${said##*: }
    case $said in
    'Input/output error') said=EIO ;;
    'Invalid argument') said=EINVAL ;;
    'Device or resource busy') said=EBUSY ;;
    'No space left on device') said=ENOSPC ;;
    'Cannot allocate memory') said=ENOMEM ;;
    'Permission denied') said=EACCES ;;
    'Operation not permitted') said=EPERM ;;
    'No such file or directory') said=ENOENT ;;
    'No such device') said=ENODEV ;;
    'Resource temporarily unavailable') said=EAGAIN ;;
    'Operation not supported') said=EOPNOTSUPP ;;
    'Value too large for defined data type') said=EOVERFLOW ;;
    'Numerical result out of range') said=ERANGE ;;
    'File exists') said=EEXIST ;;
    'Bad file descriptor') said=EBADF ;;
    esac
}

# Finds the device in use: $device is its number, and $said why there is none.
find_device() {
    eval "device=\${slot_$used:-}"
    said=ENOENT
    [ -n "$device" ] && [ -e "/sys/block/zram$device" ]
}

file_of() {
    case $1 in
    block_state) file=/sys/kernel/debug/zram/zram$device/$1 ;;
    *) file=/sys/block/zram$device/$1 ;;
    esac
}

# put TEXT FILE: TEXT is a format of printf; all of it goes in one write().
put() {
    printf "$1" >"$WORK/text-$me"
    if [ ! -s "$WORK/text-$me" ]; then
        [ -w "$2" ]
        return
    fi
    dd if="$WORK/text-$me" of="$2" bs=65536 conv=nocreat,notrunc status=none 2>"$WORK/error-$me"
}

# with_failing COMMAND...: zsmalloc is too large for its limit meanwhile, if that is wanted.
with_failing() {
    if [ -z "${fails:-}" ]; then
        "$@"
        return
    fi
    echo 4096 >"/sys/block/zram$device/mem_limit"
    "$@"
    set -- $?
    echo "$limit" >"/sys/block/zram$device/mem_limit"
    return "$1"
}

# Each operation leaves its answer in $said.
op_show() {
    find_device || return
    file_of "$1"
    cat "$file" >"$WORK/shown-$me" 2>"$WORK/error-$me"
    answer $?
    if [ "$said" = ok ]; then
        said=$(tr -s ' \t\n' ',' <"$WORK/shown-$me")
        said=${said#,}
        said=${said%,}
        if [ -n "${BACKING:-}" ] && [ "$said" = "$BACKING" ]; then said='$backing'; fi
    fi
}
op_store() {
    find_device || return
    file_of "$1"
    text=$2
    if [ "$text" = '$backing' ] && [ -n "${BACKING:-}" ]; then text=$BACKING; fi
    put "$text" "$file"
    answer $?
    if [ "$1-$said" = mem_limit-ok ]; then limit=$text; fi
}
op_read() {
    find_device || return
    with_failing dd if="/dev/zram$device" of="$WORK/data-$me" bs=4096 skip="$1" count="$2" \
        iflag=direct status=none 2>"$WORK/error-$me"
    answer $?
    # There is nothing to read beyond the end, which dd takes for an error.
    case $(cat "$WORK/error-$me") in *'cannot skip'*) said=ok && : >"$WORK/data-$me" ;; esac
    if [ "$said" = ok ]; then
        said=$(gzip -1c <"$WORK/data-$me" | tail -c 8 | od -An -N4 -tx4)
        said=${said# }
    fi
}
op_write() {
    find_device || return
    at=$(($1 * 4096)) size=$(($2 * 4096))
    shift 2
    for page; do cat "$WORK/content-$page"; done >"$WORK/data-$me"
    with_failing dd if="$WORK/data-$me" of="/dev/zram$device" bs="$size" seek="$at" count=1 \
        iflag=fullblock oflag=direct,seek_bytes conv=nocreat,notrunc status=none 2>"$WORK/error-$me"
    answer $?
}
op_discard() {
    find_device || return
    with_failing blkdiscard -f -o $(($1 * 4096)) -l $(($2 * 4096)) "/dev/zram$device" \
        2>"$WORK/error-$me"
    answer $?
}
op_zeroes() {
    find_device || return
    with_failing blkdiscard -f -z -o $(($1 * 4096)) -l $(($2 * 4096)) "/dev/zram$device" \
        2>"$WORK/error-$me"
    answer $?
}
op_open() {
    find_device || return
    dd if="/dev/zram$device" of=/dev/null count=0 status=none 2>"$WORK/error-$me"
    answer $?
    [ "$said" = ok ] || return
    opened=$((opened + 1))
    sleep 86400 <"/dev/zram$device" >/dev/null 2>&1 &
    echo $! >"$WORK/holder-$me-$opened"
    sleep 0.05
}
op_close() {
    said=EBADF
    [ $opened -gt 0 ] || return
    holder=$(cat "$WORK/holder-$me-$opened")
    kill "$holder"
    wait "$holder" 2>/dev/null
    rm -f "$WORK/holder-$me-$opened"
    opened=$((opened - 1))
    said=ok
}
op_use() {
    eval "device=\${slot_$1:-}"
    said=ENOENT
    [ -n "$device" ] || return
    used=$1
    said=ok
}
op_add() {
    make_device
    said=0
    while eval "[ -n \"\${slot_$said:-}\" ]"; do said=$((said + 1)); done
    eval "slot_$said=$made"
}
op_remove() {
    eval "device=\${slot_$1:-}"
    said=ENODEV
    [ -n "$device" ] || return
    put "$device" "$CONTROL/hot_remove"
    answer $?
    if [ "$said" = ok ]; then eval "slot_$1="; fi
}

# act LINE MODEL FAILS OPERATION...
act() {
    line=$1 model=$2 fails=$3
    shift 3
    case $1 in
    left_out) said='left out' ;;
    *) "op_$@" ;;
    esac
    fails=
    printf '%s %d | %s | %s | model %s\n' "$me" "$number" "$line" "$said" "$model"
    number=$((number + 1))
}

set_up() {
    make_device
    slot_0=$made slot_1= slot_2= slot_3=
    used=0 opened=0 number=0 limit=0 fails=
    boot
}

# boot_store FILE TEXT: what a kernel does not know is said once, and left out.
boot_store() {
    op_store "$1" "$2"
    if [ "$said" = ok ]; then return; fi
    if [ "$1" = disksize ]; then stop 2 "the device takes no size: $said"; fi
    if [ -z "${told:-}" ]; then echo "replay: $1=$2: $said; going on without it" >&2; fi
}

attach_backing() {
    dd if=/dev/zero of="$WORK/backing" bs=4096 count="$1" status=none
    BACKING=$(losetup -f --show "$WORK/backing") || stop 2 'no backing device can be made'
}
