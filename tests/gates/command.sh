# SPDX-License-Identifier: Apache-2.0
# The gates of what the command promlet promises to a shell and to a terminal. A seed is a script of
# sed, as those of the library; its line `# test:` is a script of tests/tool and the name of one test
# in it. Sourced by tests/gates/run behind library.sh; needs the dev build.

# usage: build_broken_command FILE
build_broken_command() {
    local others
    mapfile -t others < <(tool_objects_but "$1")
    gcc -std=c11 -D_POSIX_C_SOURCE=200809L -g -w -I "$work/src" -I "$tree/include" \
        -c "$work/$1" -o "$work/broken.o" &&
        gcc -o "$work/promlet" "$dev/CMakeFiles/promlet.dir/src/tool/main.c.o" "$work/broken.o" \
            "${others[@]}" "$dev/libpromlet.a" -lcurl -lpthread -lm
}

# usage: run_command_test SCRIPT TEST
run_command_test() {
    local service=()
    if [ "$1" = run_top ]; then
        service=("$dev/examples/sqlite_kv")
    fi
    PROMLET_DEADLINE=10 "$tree/tests/tool/$1" "$work/promlet" "${service[@]}" "$2"
}

gates_command() {
    local seed test
    for seed in "$seeds"/command/*.sed; do
        rm -rf "$work/src"
        cp -r "$tree/src" "$work/src"
        read -ra test < <(said_by "$seed" test)
        mutate "$seed" "$work/$(said_by "$seed" file)"
        if ! build_broken_command "$(said_by "$seed" file)" >"$work/output" 2>&1; then
            shown=$((shown + 1))
            report_open "command: $(basename "$seed" .sed)" "cannot be built"
            continue
        fi
        fails "command: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
            run_command_test "${test[@]}"
    done
}
