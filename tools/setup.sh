# Sourced by ./run and ./test: brings what is missing and builds, saying only what takes time.
# Everything goes to build/; what is up to date (by a hash of its inputs) is left alone.

BUILD=$ROOT/build
# What the program is built from, and what the page's tools need.
BUILD_PACKAGES=(ca-certificates gcc libc6-dev cmake ninja-build pkg-config python3
    libuv1-dev libssl-dev libargon2-dev libjansson-dev libsqlite3-dev libpq-dev
    libcurl4-openssl-dev libcjose-dev)
TEST_PACKAGES=(postgresql pgbouncer g++ clang clang-format clang-tidy libclang-rt-14-dev chromium firefox-esr openssl curl strace procps
    coturn iproute2 nftables libsrtp2-dev)
NODE_LEAST=20.19.0

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# quiet LOG COMMAND...: its output is kept in the log and shown only when it fails.
quiet() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1 </dev/null; then
        tail -n 60 "$log" >&2
        say "failed: $* (all of it: ${log#"$ROOT"/})"
        return 1
    fi
}

missing_packages() {
    local name
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || echo "$name"
    done
}

need_packages() {
    local missing root=()
    # Another pkg-config or compiler of the same name does as well as Debian's package.
    command -v dpkg-query >/dev/null || return 0
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || die "Missing: ${missing[*]}. Install them and run this again."
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            die "Missing: ${missing[*]}. Run as root: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    say "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    quiet "$BUILD/logs/apt.log" "${root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" 2>/dev/null && return 0
    quiet "$BUILD/logs/apt.log" "${root[@]}" apt-get update || die "apt-get update failed."
    quiet "$BUILD/logs/apt.log" "${root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" ||
        die "These could not be installed: ${missing[*]}"
}

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

node_version() { node --version 2>/dev/null | tr -d v; }

# Debian 12 has Node 18, which is too old for the page's tools: then Node 22 and its npm come from
# the npm registry into build/, where they trouble nobody.
need_node() {
    local arch own=$BUILD/node/node_modules
    PATH=$own/.bin:$PATH
    at_least "$NODE_LEAST" "$(node_version)" && command -v npm >/dev/null && return 0
    command -v npm >/dev/null || need_packages nodejs npm
    at_least "$NODE_LEAST" "$(node_version)" && return 0
    case $(uname -m) in
        x86_64) arch=x64 ;;
        aarch64) arch=arm64 ;;
        *) die "Node $NODE_LEAST or newer is needed; there is no package of it for $(uname -m)." ;;
    esac
    say "Fetching Node 22 (this machine has ${NODE_LEAST:+$(node_version)})"
    mkdir -p "$BUILD/node"
    quiet "$BUILD/logs/node.log" npm install --prefix "$BUILD/node" --no-save --no-audit --no-fund \
        "node-linux-$arch@22" npm@10 || die "Node 22 could not be fetched."
    hash -r
    at_least "$NODE_LEAST" "$(node_version)" || die "Node $NODE_LEAST or newer is needed."
}

# One hash of all files under the given paths, by name and content, without what is made here.
fingerprint() {
    (cd "$ROOT" && find "$@" \( -name node_modules -o -name dist -o -name gen.ts \) -prune -o \
        -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
}

# fresh STAMP HASH: was this made from the same inputs?
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

need_modules() {
    local now
    now=$(fingerprint web/package.json web/package-lock.json)-$(node_version)
    fresh "$ROOT/web/node_modules/.stamp" "$now" && return 0
    say "Installing the page's modules"
    quiet "$BUILD/logs/npm.log" npm ci --prefix "$ROOT/web" --no-audit --no-fund ||
        die "npm ci failed."
    printf '%s' "$now" >"$ROOT/web/node_modules/.stamp"
}

generate_types() { python3 "$ROOT/tools/gen_api.py" ts "$ROOT/web/src/api/gen.ts"; }

# The page, packed into build/site for the linker.
build_page() {
    local now
    now=$(fingerprint web/index.html web/package-lock.json web/tsconfig.json web/vite.config.ts \
        web/src web/public api tools/gen_api.py tools/gen tools/embed.mjs)
    fresh "$BUILD/site/.stamp" "$now" && [ -f "$BUILD/site/site_gen.c" ] && return 0
    need_node
    need_modules
    generate_types
    say "Building the page"
    quiet "$BUILD/logs/page.log" npm --prefix "$ROOT/web" run build || die "The page does not build."
    quiet "$BUILD/logs/embed.log" node "$ROOT/tools/embed.mjs" "$ROOT/web/dist" "$BUILD/site" ||
        die "The page could not be packed."
    printf '%s' "$now" >"$BUILD/site/.stamp"
}

# build_program PRESET [TARGET...]: prints progress only when there is something to do.
build_program() {
    local preset=$1 launcher=()
    shift
    command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
    if [ ! -f "$BUILD/$preset/build.ninja" ]; then
        quiet "$BUILD/logs/$preset.log" cmake -S "$ROOT" --preset "$preset" "${launcher[@]}" || return 1
    fi
    if ninja -C "$BUILD/$preset" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
        return 0
    fi
    say "Building the program ($preset)"
    quiet "$BUILD/logs/$preset.log" cmake --build "$BUILD/$preset" --target "${@:-all}"
}
