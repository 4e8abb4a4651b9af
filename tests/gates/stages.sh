# SPDX-License-Identifier: Apache-2.0
# The gates of the presets, of valgrind and of the runner of stages. Sourced by tests/gates/run.

# The seed project with the real presets, where the functions of the stages find it.
prepare_project() {
    cp -r "$seeds/project" "$work/project"
    cp "$tree/CMakePresets.json" "$work/project"
    mkdir -p "$work/project/build/log"
    root=$work/project
    build=$root/build
    logs=$build/log
}

build_seed() {
    cmake --build "$build/$1" --target "$2"
}

# usage: seed_fails NAME PRESET SEED EXPECTED
# The seed builds under the preset, and its test fails and says why.
seed_fails() {
    local name=$1 preset=$2 seed=$3 expected=$4
    passes "$name: its seed builds" build_seed "$preset" "$seed"
    fails "$name" "$expected" test_preset "$preset" -R "^$seed\$"
}

gates_presets() {
    local preset
    prepare_project
    for preset in dev clang asan tsan release lto; do
        passes "preset $preset: configures" build_preset "$preset"
        passes "preset $preset: a clean file builds" build_seed "$preset" well
        passes "preset $preset: its test passes" test_preset "$preset" -R '^well$'
        seed_fails "preset $preset: a failing test" "$preset" failing_test "1 tests failed out of 1"
        fails "preset $preset: no test at all" "No tests were found" \
            test_preset "$preset" -R no_such_test
    done
    for preset in dev clang; do
        fails "preset $preset: a warning" "unused" build_seed "$preset" unused_variable
    done
    seed_fails "asan: a read behind memory" asan heap_overflow "heap-buffer-overflow"
    seed_fails "asan: a signed overflow" asan signed_overflow "signed integer overflow"
    seed_fails "asan: a leak" asan leak "detected memory leaks"
    seed_fails "tsan: a data race" tsan data_race "data race"
    gates_long_runs
}

gates_long_runs() {
    passes "stress: its seed builds" build_seed dev stress
    passes "stress: a fault that a short run misses" stress_preset dev 1 '^stress$'
    fails "stress: a fault that a long run finds" "found after a long time" \
        stress_preset dev 10 '^stress$'
    passes "valgrind: its seeds build" cmake --build "$build/release" --target leak uninitialised
    passes "valgrind: a clean test" "$tree/tests/stages/valgrind_tests" "$build/release" '^well$'
    fails "valgrind: a leak" "definitely lost" \
        "$tree/tests/stages/valgrind_tests" "$build/release" '^leak$'
    fails "valgrind: memory that was never written" "uninitialised value" \
        "$tree/tests/stages/valgrind_tests" "$build/release" '^uninitialised$'
    fails "valgrind: no test at all" "has no test" \
        "$tree/tests/stages/valgrind_tests" "$build/release" '^no_such_test$'
}

# The runner itself, in a log folder of its own. What its stages leave is in $seed_files.
run_seed_stages() (
    logs=$work/log
    export seed_files=$work/files
    rm -rf "$seed_files" "$logs"
    mkdir -p "$logs" "$seed_files"
    : >"$logs/stages.txt"
    run_stages "$@"
)

configures_with_a_part_left_out() (
    mkdir -p "$work/fake"
    printf '#!/bin/sh\necho "-- promlet: left out: promlet::server"\n' >"$work/fake/cmake"
    chmod +x "$work/fake/cmake"
    PATH=$work/fake:$PATH
    build_preset dev
)

ends_with_the_failure() {
    shown=$((shown + 1))
    if grep -qE "^ *never\$|after the fault" "$work/output"; then
        report_open "runner" "goes on after a failure"
    fi
}

gates_runner() {
    passes "runner: a stage that passes" run_seed_stages "$seeds/runner/10-well"
    fails "runner: a stage that fails" "stage 20-fails FAILED" \
        run_seed_stages "$seeds/runner/"[0-9]*
    ends_with_the_failure
    fails "runner: a stage that fails beside others" "stage 10-fails FAILED" \
        run_seed_stages "$seeds/runner/beside/"[0-9]*
    ends_with_the_failure
    fails "runner: a stage that passes beside one that fails" "said beside it" \
        run_seed_stages "$seeds/runner/beside/"[0-9]*
    fails "runner: a stage that doesn't need the one that failed" "said afterwards" \
        run_seed_stages "$seeds/runner/beside/"[0-9]*
    fails "runner: a stage that needs the one that failed" \
        "not run, since it needs what failed: 30-never" \
        run_seed_stages "$seeds/runner/beside/"[0-9]*
    passes "runner: a stage waits for those that it needs, and for no others" \
        run_seed_stages "$seeds/runner/needs/"[0-9]*
    fails "runner: stages that need each other" "these need each other" \
        run_seed_stages "$seeds/runner/circle/"[0-9]*
    ends_with_the_failure
    fails "runner: a stage that needs one that is not there" "which is no stage" \
        run_seed_stages "$seeds/runner/stranger/"[0-9]*
    ends_with_the_failure
    fails "runner: a stage that nobody knows" "no stage seed" "$tree/tests/run" seed
    fails "runner: a build that leaves a part out" "leaves out what the tests need" \
        configures_with_a_part_left_out
}
