# SPDX-License-Identifier: Apache-2.0
# What the runner and the stages share: where things are, how a stage speaks, how ctest is run.
# Sourced by bash; the runner opens file descriptor 3 for lines that people shall see.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$root/build
logs=$build/log
jobs=$(nproc)

# Debian keeps some tools that unprivileged users want, such as ldconfig, out of their PATH.
PATH=$PATH:/usr/sbin:/sbin

# One line for people; the log gets it as well.
say() {
    echo "$*"
    if { : >&3; } 2>/dev/null; then
        echo "   $*" >&3
    fi
}

die() {
    echo "error: $*" >&2
    exit 1
}

# Configures and builds a preset, and refuses a build that left a part out for want of a package:
# it would pass because it tests nothing. Stages that run side by side and build the same preset do
# so one after the other. Compilers yield to tests that run beside them, some of which have to be in
# time.
# usage: build_preset PRESET [TARGET...]
build_preset() {
    local preset=$1 configured
    shift
    mkdir -p "$build"
    {
        flock 9
        configured=$(cd "$root" && cmake --preset "$preset" 2>&1) || { echo "$configured"; return 1; }
        echo "$configured"
        if grep 'promlet: left out:' <<<"$configured"; then
            echo "preset $preset leaves out what the tests need"
            return 1
        fi
        nice cmake --build "$build/$preset" --parallel "$jobs" --target "${@:-all}"
    } 9>"$build/$preset.lock"
}

# Builds libpromlet alone, in both forms, for a stage that needs no more of a preset.
build_libraries() {
    build_preset "$1" promlet_static promlet_shared
}

# Runs the tests of a built preset and shows ctest's own summary line. Many of the tests wait for a
# time to run out, so there are more of them at a time than processors.
# usage: test_preset PRESET [CTEST_ARGUMENT...]
test_preset() {
    local preset=$1 summary status=0
    shift
    (cd "$root" && ctest --preset "$preset" --parallel $((2 * jobs)) --output-on-failure \
        --no-tests=error "$@") >"$logs/ctest-$preset.txt" 2>&1 || status=$?
    cat "$logs/ctest-$preset.txt"
    summary=$(grep 'tests passed' "$logs/ctest-$preset.txt" || true)
    say "ctest, preset $preset: ${summary:-no summary line}"
    return "$status"
}

# Have tests/run take less time for those tests that take the longest. Loops under stress run for
# longer in the slow stage stress; snapshots and cycles are as many as the tests say in the slow
# stages release and clang.
take_less_time() {
    export PROMLET_TEST_SECONDS=0.2 PROMLET_TEST_SNAPSHOTS=1500 PROMLET_TEST_CYCLES=100000
}

# The test programs whose loops under stress last PROMLET_TEST_SECONDS.
stress_programs() {
    grep -l 'stress_seconds(' "$root"/tests/*/test_*.c | sed 's|.*/||; s/\.c$//'
}

# A pattern of <pthread.h> and the headers of tests/support that lead to it.
threading_headers() {
    local found='<pthread\.h>' before=
    while [ "$found" != "$before" ]; do
        before=$found
        found=$({ echo '<pthread\.h>'
            cd "$root/tests" && grep -lE "#include.*($before)" support/*.h; } | paste -sd '|')
    done
    echo "$found"
}

# The test programs in which more than one thread may run: all of a server and under stress, and
# others whose text has a word for what starts one, or such a header.
threaded_programs() {
    local tests=$root/tests
    { find "$tests"/{http,server,stress} -name 'test_*.c'
        grep -liE "thread|deadline|fork|$(threading_headers)" "$tests"/unit/test_*.c
        echo abuse_requests
        echo replay_server; } | sed 's|.*/||; s/\.c$//' | sort
}

# A pattern of the tests that run these programs, which come one a line.
names_of() {
    echo "^($(paste -sd '|'))(_atomic_path)?\$"
}

# Runs the tests of a built preset whose names match, each for so many seconds a loop, and more at a
# time than there are processors: threads are then interrupted more often.
stress_preset() {
    local preset=$1 seconds=$2 names=$3
    PROMLET_TEST_SECONDS=$seconds test_preset "$preset" -R "$names"
}

# Runs one stage in a shell of its own; its output goes to its log. Returns the stage's status.
run_stage() {
    local script=$1 name=$2
    bash -euo pipefail -c 'source "$1"; source "$2"' "$name" "$root/tests/stages/lib.sh" \
        "$script" >"$logs/$name.txt" 2>&1 </dev/null
}

# Runs one stage, shows what it says when it is done, and adds a line "seconds, seconds of
# processors, name" to $logs/stages.txt. Returns the stage's status.
show_stage() {
    local script=$1 name said status=0 start=$SECONDS seconds TIMEFORMAT='%U %S'
    name=$(basename "$script")
    echo "== $name"
    { time run_stage "$script" "$name" 3>"$logs/$name.said"; } 2>"$logs/$name.time" || status=1
    seconds=$((SECONDS - start))
    if [ "$status" -eq 0 ]; then
        said=$(cat "$logs/$name.said")
        echo "== $name: $seconds s${said:+$'\n'$said}"
        awk -v seconds="$seconds" -v name="$name" \
            '{ printf "%d %.0f %s\n", seconds, $1 + $2, name }' "$logs/$name.time" \
            >>"$logs/stages.txt"
    else
        echo
        cat "$logs/$name.said"
        echo "---- the end of build/log/$name.txt:"
        tail -n 60 "$logs/$name.txt"
        echo "---- stage $name FAILED after $seconds s"
    fi
    return "$status"
}

# The stages that one needs: those of its line "# Needs:". One that has no such line needs all that
# are before it.
# usage: needs_of SCRIPT EARLIER_STAGE...
needs_of() {
    local needs
    if needs=$(grep '^# Needs: ' "$1"); then
        echo "${needs#\# Needs: }"
    else
        shift
        echo "$*"
    fi
}

# Ends the run where a stage needs one that is not there: nobody would wait for it.
check_needs() {
    local script need
    for script in "$@"; do
        for need in $(needs_of "$script"); do
            [ "$need" = nothing ] || [ -e "$(dirname "$script")/$need" ] ||
                die "$(basename "$script") needs $need, which is no stage"
        done
    done
}

# Whether what a stage needs has passed: whether none of it is unfinished. What is not among the
# stages that run has passed before.
# usage: is_ready SCRIPT
is_ready() {
    local need earlier=() name
    for name in "${names[@]}"; do
        [ "$name" != "$(basename "$1")" ] || break
        earlier+=("$name")
    done
    for need in $(needs_of "$1" "${earlier[@]}"); do
        [ -z "${unfinished[$need]:-}" ] || return 1
    done
}

# The first script that has not begun and may.
next_stage() {
    local script
    for script in "${waiting[@]}"; do
        if is_ready "$script"; then
            echo "$script"
            return
        fi
    done
    return 1
}

# Says what failed and what could not run without it, in the run's last lines: the failures
# themselves may stand far above.
# usage: show_failures FAILED_STAGE... -- WAITING_SCRIPT...
show_failures() {
    echo
    while [ "$1" != -- ]; do
        echo "FAILED: $1"
        shift
    done
    shift
    [ $# -eq 0 ] || basename -a "$@" | sed 's/^/not run, since it needs what failed: /'
}

# Runs stage scripts, each as soon as what it needs has passed, in order where several may begin,
# and one more at a time than there are processors, because many wait. Where one has failed, those
# that don't need it run all the same: one run shows all that is wrong.
run_stages() {
    local waiting=("$@") names=() failed=() script name result running=0 ended
    local -A unfinished=()
    check_needs "$@"
    mapfile -t names < <(basename -a "$@")
    for name in "${names[@]}"; do
        unfinished[$name]=1
    done
    # Stages write their name and status here when they end.
    rm -f "$logs/ended"
    mkfifo "$logs/ended"
    exec {ended}<>"$logs/ended"
    while :; do
        if [ "$running" -le "$jobs" ] && script=$(next_stage); then
            { show_stage "$script" && result=0 || result=1
                echo "$(basename "$script") $result" >&"$ended"; } &
            running=$((running + 1))
            mapfile -t waiting < <(printf '%s\n' "${waiting[@]}" | grep -vxF -- "$script")
        elif [ "$running" -gt 0 ]; then
            read -r name result <&"$ended"
            running=$((running - 1))
            if [ "$result" -eq 0 ]; then
                unset "unfinished[$name]"
            else
                failed+=("$name")
            fi
        else
            break
        fi
    done
    exec {ended}>&-
    if [ ${#failed[@]} -gt 0 ]; then
        show_failures "${failed[@]}" -- "${waiting[@]}"
        return 1
    fi
    [ ${#waiting[@]} -eq 0 ] || die "these need each other: ${waiting[*]}"
}

print_seconds() {
    echo
    echo "seconds  of processors  stage"
    awk '{ printf "%7d  %13d  %s\n", $1, $2, $3 }' "$logs/stages.txt"
}
