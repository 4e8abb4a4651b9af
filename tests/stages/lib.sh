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
# it would pass because it tests nothing.
# usage: build_preset PRESET [TARGET...]
build_preset() {
    local preset=$1 configured
    shift
    configured=$(cd "$root" && cmake --preset "$preset" 2>&1) || { echo "$configured"; return 1; }
    echo "$configured"
    if grep 'promlet: left out:' <<<"$configured"; then
        echo "preset $preset leaves out what the tests need"
        return 1
    fi
    cmake --build "$build/$preset" --parallel "$jobs" --target "${@:-all}"
}

# Builds what ctest runs, without the examples and the libraries that no test is linked with.
build_tests() {
    build_preset "$1" tests/all fuzz/all
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

# A pattern of the names of the tests whose loops under stress last PROMLET_TEST_SECONDS.
stress_names() {
    local names
    names=$(grep -l 'stress_seconds(' "$root"/tests/*/test_*.c | sed 's|.*/||; s/\.c$//' |
        paste -sd '|')
    echo "^($names)(_atomic_path)?\$"
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

# Runs one stage, shows what it says when it is done, and adds a line "seconds name" to
# $logs/stages.txt. Returns the stage's status.
show_stage() {
    local script=$1 name start=$SECONDS seconds
    name=$(basename "$script")
    echo "== $name"
    if run_stage "$script" "$name" 3>"$logs/$name.said"; then
        seconds=$((SECONDS - start))
        echo "== $name: $seconds s"
        cat "$logs/$name.said"
        echo "$seconds $name" >>"$logs/stages.txt"
    else
        echo
        cat "$logs/$name.said"
        echo "---- the end of build/log/$name.txt:"
        tail -n 60 "$logs/$name.txt"
        echo "---- stage $name FAILED after $((SECONDS - start)) s"
        return 1
    fi
}

# The group that a stage says it is in; a stage that says none is alone.
group_of() {
    local group
    group=$(sed -n 's/^# Group: //p' "$1")
    echo "${group:-$1}"
}

# Runs stage scripts in order, those side by side that follow each other in the same group. Stops
# where one has failed and those beside it have ended.
run_stages() {
    local script group last='' running=()
    for script in "$@"; do
        group=$(group_of "$script")
        if [ "$group" != "$last" ]; then
            wait_for_all "${running[@]}" || return 1
            running=()
            last=$group
        fi
        show_stage "$script" &
        running+=($!)
    done
    wait_for_all "${running[@]}"
}

wait_for_all() {
    local process status=0
    for process in "$@"; do
        wait "$process" || status=1
    done
    return "$status"
}

print_seconds() {
    echo
    echo "seconds  stage"
    awk '{ printf "%7d  %s\n", $1, $2 }' "$logs/stages.txt"
}
