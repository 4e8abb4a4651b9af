# SPDX-License-Identifier: Apache-2.0
# The gates of what the library promises. A seed is a script of sed that breaks one promise in one
# file of src/; the unit test that keeps it must fail, linked with that one file. Its comments say
# what is edited, what must be compiled for it, which program is run, and what that must say. Sourced
# by tests/gates/run; needs the dev build.

# usage: said_by SEED WORD
said_by() {
    sed -n "s,^# $2: ,,p" "$1"
}

# Compiles the edited file and links it, before the library, with the test's object. Whatever the
# library has of it is then not taken.
build_broken() {
    local seed=$1 source objects=() test
    rm -rf "$work/src"
    cp -r "$tree/src" "$work/src"
    mutate "$seed" "$work/src/$(said_by "$seed" edit)"
    for source in $(said_by "$seed" compile); do
        objects+=("$work/$(basename "$source" .c).o")
        gcc -std=c11 -D_GNU_SOURCE -g -w -I "$work/src" -I "$tree/include" \
            -c "$work/src/$source" -o "${objects[-1]}"
    done
    test=$(said_by "$seed" test)
    gcc -o "$work/broken" "$dev/tests/CMakeFiles/$test.dir/unit/$test.c.o" "${objects[@]}" \
        "$dev/libpromlet.a" -lcmocka -lpthread -lm -ldl
}

# A promise that a call ends is broken when it does not.
run_broken() {
    timeout 5 stdbuf -oL "$work/broken"
}

gates_library() {
    local seed
    for seed in "$seeds"/library/*.sed; do
        if ! build_broken "$seed" >"$work/output" 2>&1; then
            shown=$((shown + 1))
            report_open "library: $(basename "$seed" .sed)" "cannot be built"
            continue
        fi
        fails "library: $(basename "$seed" .sed)" "$(expected_of "$seed")" run_broken
    done
}
