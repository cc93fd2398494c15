#!/usr/bin/env bash
# shellcheck disable=SC2317 # called through check and trap
# Builds deploy/Dockerfile and runs what comes of it, without a container engine: buildah with
# chroot isolation, on a bare Debian 12 made here, since no image registry is asked in tests.  With
# TEST_DATABASE_URL (tools/with-postgres sets it) it is run on PostgreSQL too.
#
# Ends in `N passed, N failed, N skipped`; where this machine cannot do it, all is skipped and the
# reason is said.  IMAGE_WORK: a folder to keep, so that a second run builds only what has changed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

CHECKS=20 # what is skipped where nothing can be built
work=${IMAGE_WORK:-$(mktemp -d)}
passed=0
failed=0
skipped=0
runner=
database=
store=(buildah --root "$work/storage" --runroot "$work/run")

end() {
    [ -n "$runner" ] && kill_run KILL
    [ -n "$database" ] && psql -q "$TEST_DATABASE_URL" -c "DROP DATABASE $database WITH (FORCE)"
    "${store[@]}" rm --all >/dev/null 2>&1
    # The storage's own mount is left behind by some versions.
    umount "$work/storage/overlay" 2>/dev/null
    [ -n "${IMAGE_WORK:-}" ] || rm -rf --one-file-system "$work"
}
trap end EXIT

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

skip_all() {
    echo "skipped: $*"
    skipped=$CHECKS
    finish
}

# check NAME COMMAND...
check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok - $name"
    else
        failed=$((failed + 1))
        echo "not ok - $name"
        return 1
    fi
}

# ---- what it is built on

prepare() {
    local stage=$work/base
    [ "$(id -u)" -eq 0 ] || skip_all "root is needed for debootstrap and chroot"
    if ! command -v buildah >/dev/null; then
        apt-get install -y --no-install-recommends buildah >"$work/apt.log" 2>&1 ||
            skip_all "buildah cannot be installed: $(tail -n 1 "$work/apt.log")"
    fi
    "${store[@]}" inspect --type image localhost/bare >/dev/null 2>&1 && return
    tools/bare-debian "$stage" ca-certificates >"$work/debootstrap.log" 2>&1 ||
        skip_all "no bare Debian can be made: $(tail -n 1 "$work/debootstrap.log")"
    # As debian:12-slim does.
    rm -rf "$stage"/usr/share/{doc,man,locale}/* "$stage"/var/{cache/apt,log,lib/apt/lists}/*
    { "${store[@]}" from --name bare scratch && "${store[@]}" add -q bare "$stage" / &&
        "${store[@]}" commit -q bare localhost/bare && "${store[@]}" rm bare; } >"$work/bare.log" 2>&1 ||
        skip_all "buildah cannot make an image here: $(tail -n 1 "$work/bare.log")"
    rm -rf --one-file-system "$stage"
    printf 'FROM localhost/bare\nRUN true\n' >"$work/Probe"
    "${store[@]}" bud -q --isolation chroot --pull-never -f "$work/Probe" "$work" >"$work/probe.log" 2>&1 ||
        skip_all "buildah cannot run anything here: $(tail -n 1 "$work/probe.log")"
}

build() {
    local layers=false
    [ -n "${IMAGE_WORK:-}" ] && layers=true
    "${store[@]}" bud --layers="$layers" --isolation chroot --pull-never --build-arg BASE=localhost/bare \
        --format docker -f deploy/Dockerfile -t localhost/convene . >"$work/build.log" 2>&1 && return
    tail -n 60 "$work/build.log"
    return 1
}

# setting EXPRESSION: of the image's configuration, by Python.
setting() {
    "${store[@]}" inspect --type image localhost/convene |
        python3 -c 'import json, sys; c = json.load(sys.stdin)["Docker"]["config"]; print(eval(sys.argv[1]))' "$1"
}

is() { [ "$1" = "$2" ] || { echo "# got $1, not $2" && false; }; }

size_of() { "${store[@]}" images --format '{{.Size}}' "$1"; }

# ---- running it: the image's own entry point, user, folder and environment

# run_image ENVIRONMENT...: in the background; its output goes to $work/out.  $pid is the program.
run_image() {
    local setting entry options=()
    for setting in "$@"; do options+=(--env "$setting"); done
    entry=$(setting '" ".join(c["Entrypoint"] + (c.get("Cmd") or []))')
    # shellcheck disable=SC2086 # words
    "${store[@]}" run --isolation chroot "${options[@]}" -- convene $entry >"$work/out" 2>"$work/err" &
    runner=$!
    for _ in $(seq 300); do
        pid=$(program_of "$runner")
        [ -n "$pid" ] && grep -q 'is ready at' "$work/out" && return 0
        kill -0 "$runner" 2>/dev/null || break
        sleep 0.1
    done
    cat "$work/out" "$work/err"
    return 1
}

# The descendant of a process that has become the program.
program_of() {
    local child
    for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
        case $(cat "/proc/$child/comm" 2>/dev/null) in
            convene) echo "$child" ;;
            *) program_of "$child" ;;
        esac
    done
}

# kill_run SIGNAL: to the program, as an engine does; gives its exit status.
kill_run() {
    local rc=0
    kill "-$1" "$pid" 2>/dev/null || kill "-$1" "$runner" 2>/dev/null
    wait "$runner" || rc=$?
    runner=
    return "$rc"
}

in_image() { "${store[@]}" run --isolation chroot "$@"; }
answers() { is "$(curl -fsS "http://127.0.0.1:$port$1")" "$2"; }
healthy() { in_image --env "PORT=$port" convene /usr/local/bin/convene healthcheck; }
unhealthy() { ! healthy 2>"$work/unhealthy" && grep -q 'No server is well' "$work/unhealthy"; }
links() { grep -qE '^http://localhost:[0-9]+/setup#[A-Za-z0-9_-]{43}$' "$work/out"; }
owner() { stat -c %u "/proc/$pid"; }
served_page() { curl -fsS "http://127.0.0.1:$port/" | grep -q '<script type="module"'; }
logged() { grep -q 'info server.stop signal=15' "$work/out"; }

# Prometheus' own checker, taken from its package without installing the server.
metrics_hold() {
    local tool=$work/promtool/usr/bin/promtool
    curl -fsS "http://127.0.0.1:$port/metrics" >"$work/metrics" || return 1
    if [ ! -x "$tool" ]; then
        (cd "$work" && apt-get download prometheus && dpkg-deb -x prometheus_*.deb promtool) >"$work/promtool.log" 2>&1
    fi
    if [ ! -x "$tool" ]; then
        skipped=$((skipped + 1))
        passed=$((passed - 1))
        echo "# promtool is not to be had: $(tail -n 1 "$work/promtool.log")"
        return 0
    fi
    "$tool" check metrics <"$work/metrics"
}

prepare
check "the image builds" build
[ "$failed" -eq 0 ] || finish
echo "# $(size_of localhost/convene), of which Debian $(size_of localhost/bare)"
check "it is no root's" is "$(setting 'c["User"]')" 10001:10001
check "it is stopped by SIGTERM" is "$(setting 'c["StopSignal"]')" SIGTERM
check "its health is asked by the program" is "$(setting 'c["Healthcheck"]["Test"]')" \
    "['CMD', '/usr/local/bin/convene', 'healthcheck']"
check "no volume is made unasked" is "$(setting 'c.get("Volumes") or None')" None

"${store[@]}" from --pull-never --name convene localhost/convene >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])')
check "without a server it is not healthy" unhealthy
if check "it starts and says that it is ready" run_image "PORT=$port"; then
    check "the set-up link is on standard output" links
    check "it runs as its own user" is "$(owner)" 10001
    check "/healthz answers" answers /healthz ok
    check "/readyz answers" answers /readyz ready
    check "it holds the page" served_page
    check "its health check agrees" healthy
    check "promtool accepts /metrics" metrics_hold
    check "SIGTERM ends it with 0" kill_run TERM
    check "its log is on standard output" logged
fi

# What a platform gives: a port, a database, and nothing else.
if [ -z "${TEST_DATABASE_URL:-}" ]; then
    echo "skipped: no PostgreSQL to run it with"
    skipped=$((skipped + 4))
    finish
fi
psql -q "$TEST_DATABASE_URL" -c "CREATE DATABASE t_image_$$" && database=t_image_$$
if check "it starts on PostgreSQL" run_image "PORT=$port" \
    "DATABASE_URL=${TEST_DATABASE_URL%/*}/$database" "RAILWAY_PUBLIC_DOMAIN=chat.example.app"; then
    check "the platform tells its address" grep -q '^https://chat.example.app/setup#' "$work/out"
    check "/readyz answers on PostgreSQL" answers /readyz ready
    check "SIGTERM ends it with 0 on PostgreSQL" kill_run TERM
fi
finish
