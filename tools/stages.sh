# Sourced by ./test: its stages, and the sum of what they say.
#
# A stage is a function stage_NAME.  What it runs prints `N passed, N failed`; a step that ends in
# an error without saying of a failed test counts as one failed.

LOGS=$BUILD/test-logs
PASSED=0
FAILED=0
SKIPPED=0
ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
UBSAN_OPTIONS=${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}
TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}
export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS

# count LOG: adds up every `N passed, N failed[, N skipped]` line; says the failed ones of this log.
count() {
    local p f s
    read -r p f s < <(awk '
        /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p += $1; f += $3; s += $5 }
        END { print p + 0, f + 0, s + 0 }' "$1")
    PASSED=$((PASSED + p))
    FAILED=$((FAILED + f))
    SKIPPED=$((SKIPPED + s))
    COUNTED_PASSED=$p
    COUNTED_FAILED=$f
}

# step NAME COMMAND...: a command that says how many passed.
step() {
    local name=$1 log=$LOGS/$1.log rc=0
    shift
    "$@" >"$log" 2>&1 </dev/null || rc=$?
    count "$log"
    if [ "$rc" -ne 0 ] && [ "$COUNTED_FAILED" -eq 0 ]; then
        FAILED=$((FAILED + 1))
        COUNTED_FAILED=1
    fi
    if [ "$COUNTED_FAILED" -gt 0 ]; then
        grep -vE '^ok [0-9]+|^1\.\.[0-9]+$' "$log" | tail -n 120
        echo "$name: failed (all of it: ${log#"$ROOT"/})"
    else
        echo "$name: $COUNTED_PASSED passed"
        grep -aoE '^skipped: .*|^\| .*|authorization: [0-9]+ cells, .*' "$log"
    fi
}

# holds NAME COMMAND...: a check that is one test by itself.
holds() {
    local name=$1
    shift
    step "$name" passes_if "$@"
}

passes_if() {
    if "$@"; then
        echo "1 passed, 0 failed"
    else
        echo "0 passed, 1 failed"
        return 1
    fi
}

run_stage() {
    local start=$SECONDS
    "stage_$1"
    echo "-- $1 took $((SECONDS - start)) s"
}

finish() {
    local line="$PASSED passed, $FAILED failed"
    [ "$SKIPPED" -gt 0 ] && line="$line, $SKIPPED skipped"
    echo "$line"
    [ "$FAILED" -eq 0 ] && [ "$PASSED" -gt 0 ]
}

# The C tests of a build, two programs at a time; each tells its own sum.
run_units() {
    local program rc=0 logs
    logs=$(mktemp -d)
    find "$BUILD/$1/tests" -maxdepth 1 -type f -executable -name "$2${NAMED:+$NAMED*}" | sort |
        xargs -P 2 -I {} sh -c '"$1" >"$2/$(basename "$1")" 2>&1 || echo $? >"$2/$(basename "$1").rc"' \
            _ {} "$logs"
    for program in "$logs"/*; do
        case $program in
            *.rc) continue ;;
        esac
        [ -f "$program.rc" ] || sed "1i # $(basename "$program")" "$program"
    done
    # What failed comes last, for the end of a log is what is shown of it.
    for program in "$logs"/*.rc; do
        [ -f "$program" ] || continue
        program=${program%.rc}
        rc=1
        sed "1i # $(basename "$program")" "$program"
        grep -qE '^[0-9]+ passed, [1-9][0-9]* failed' "$program" || echo "0 passed, 1 failed"
    done
    rm -rf "$logs"
    return $rc
}

# vitest_sum FILE: the numbers of a run, from vitest's JSON report.
vitest_sum() {
    python3 - "$1" <<'PY'
import json
import sys

r = json.load(open(sys.argv[1]))
failed = r["numFailedTests"]
# A file that could not be loaded has no test that failed.
broken = sum(1 for f in r["testResults"] if f["status"] == "failed" and not f["assertionResults"])
line = f"{r['numPassedTests']} passed, {failed + broken} failed"
skipped = r["numPendingTests"] + r.get("numTodoTests", 0)
print(line + (f", {skipped} skipped" if skipped else ""))
PY
}

# run_vitest FOLDER ARGUMENT...: vitest in a folder, and its sum.
run_vitest() {
    local folder=$1 report rc=0
    shift
    report=$(mktemp)
    env -C "$folder" "$ROOT/web/node_modules/.bin/vitest" run --reporter=default \
        --reporter=json --outputFile.json="$report" "$@" ${NAMED:+"$NAMED"} || rc=$?
    vitest_sum "$report" || rc=1
    rm -f "$report"
    return $rc
}

all_c() { git ls-files -co --exclude-standard -- '*.c' '*.h'; }

check_format() { all_c | xargs clang-format --dry-run --Werror; }

stage_check() {
    holds layers python3 tools/check_layers.py
    holds format check_format
    holds contract python3 tools/gen_api.py ts "$ROOT/web/src/api/gen.ts"
}

stage_unit() {
    if build_program dev; then
        step unit run_units dev '*_test_*'
    else
        holds unit-build false
    fi
}

# Where threads meet; the rest of the C tests run under TSan in the slow tier.
stage_tsan() {
    local targets
    mapfile -t targets < <(find tests/unit/os tests/unit/store tests/unit/http tests/unit/auth -name 'test_*.c' 2>/dev/null |
        sed -E 's|tests/unit/([a-z]+)/(test_[a-z0-9_]+)\.c|\1_\2|')
    if build_program tsan "${targets[@]}"; then
        step tsan run_units tsan '*_test_*'
    else
        holds tsan-build false
    fi
}

page_ready() {
    need_node
    need_modules
    generate_types
}

stage_web() {
    page_ready
    holds web-check npm --prefix web run check
    step web run_vitest "$ROOT/web" --project unit --project dom
}

# The real server, built with sanitizers, by HTTP and WebSocket: on SQLite and on PostgreSQL.
stage_api() {
    local postgres=$TEST_DATABASE_URL
    page_ready
    if build_program dev convene; then
        export CONVENE_BIN=$BUILD/dev/convene
        TEST_DATABASE_URL='' step api-sqlite run_vitest "$ROOT/web" --project api
        TEST_DATABASE_URL=$postgres step api-postgres run_vitest "$ROOT/web" --project api
    else
        holds api-build false
    fi
}

# The same with a pooler between the server and PostgreSQL.
stage_pooler() {
    page_ready
    if build_program dev convene; then
        export CONVENE_BIN=$BUILD/dev/convene
        step api-pgbouncer tools/with-pgbouncer bash -c \
            'ROOT=$1; . tools/setup.sh; . tools/stages.sh; run_vitest "$ROOT/web" --project api' _ "$ROOT"
    else
        holds pooler-build false
    fi
}

# The released program in real browsers.
stage_e2e() {
    local program
    if program=$(./run build | tail -n 1) && [ -x "$program" ]; then
        page_ready
        CONVENE_BIN=$program step e2e run_vitest "$ROOT/web" --project e2e
    else
        holds e2e-build false
    fi
}

# run_all FOLDER: every executable of it that says how many passed.
run_all() {
    local program found=0
    for program in "tests/$1"/*; do
        [ -f "$program" ] && [ -x "$program" ] || continue
        found=1
        CONVENE_BIN=$BUILD/release/convene step "$1-$(basename "$program" | cut -d . -f 1)" "$program"
    done
    [ $found = 1 ] || echo "$1: nothing there yet"
}

# Real browsers in networks of all kinds, which are namespaces.
stage_net() {
    page_ready
    ./run build >/dev/null && run_all net
}

stage_faults() {
    page_ready
    ./run build >/dev/null && run_all faults
}

# deploy/Dockerfile, built and run.
stage_image() {
    run_all image
}

FUZZ_SECONDS=${FUZZ_SECONDS:-30}
stage_fuzz() {
    local source name
    for source in fuzz/fuzz_*.c; do
        name=$(basename "$source" .c)
        holds "$name" tools/fuzz "$FUZZ_SECONDS" "${name#fuzz_}"
    done
}

stage_slow() {
    if build_program dev; then
        step tidy tools/tidy
    else
        holds tidy-build false
    fi
    if build_program tsan; then
        step tsan-all run_units tsan '*_test_*'
    else
        holds tsan-build false
    fi
    stage_fuzz
    holds bare tools/bare-run
}
