# SPDX-License-Identifier: Apache-2.0
# The gates of what the libraries promise. A seed is a script of sed that breaks one promise in one
# file; the test that keeps it must fail, linked with what was broken. Its comments say which file
# that is, what must be compiled for it if that is a header, which test is run, and, where that is
# more than a few, within how many seconds it has failed. Sourced by tests/gates/run; needs the dev
# build.

# usage: said_by SEED WORD
said_by() {
    sed -n "s,^# $2: ,,p" "$1"
}

# What a test is linked with that stands between the library and libc.
wrapping_of() {
    nm "$1" | sed -n 's/^.* T __wrap_\(.*\)$/-Wl,--wrap=\1/p'
}

# usage: tool_objects_but FILE
# What the command promlet is linked with, but for one file of src/tool and main().
tool_objects_but() {
    local object
    for object in "$dev"/CMakeFiles/promlet_tool.dir/src/tool/*.c.o; do
        if [ "$(basename "$object" .o)" != "$(basename "$1")" ]; then
            echo "$object"
        fi
    done
}

# Links what was broken before the libraries. What they have of it is then not taken.
build_broken() {
    local seed=$1 file source test object others libraries=("$dev/libpromlet.a")
    file=$(said_by "$seed" file)
    source=$(said_by "$seed" compile)
    test=$(said_by "$seed" test)
    object=$(echo "$dev/tests/CMakeFiles/$test.dir"/*/"$test.c.o")
    if [ -f "$tree/tests/server/$test.c" ]; then
        libraries=("$dev/libpromlet-server.a" "${libraries[@]}" -lmicrohttpd -lgnutls -lz)
    elif [ -f "$tree/tests/http/$test.c" ]; then
        libraries=("$dev/libpromlet-http.a" "${libraries[@]}" -lz)
    elif [ -f "$tree/tests/push/$test.c" ]; then
        libraries=("$dev/libpromlet-push.a" "${libraries[@]}" -lcurl)
    elif [ -f "$tree/tests/tool/$test.c" ]; then
        mapfile -t others < <(tool_objects_but "$file")
        libraries=("${others[@]}" "${libraries[@]}" -lcurl)
    fi
    # shellcheck disable=SC2046 # a word for each
    gcc -std=c11 -D_GNU_SOURCE -DPML_HAS_RSEQ -g -w -I "$work/src" -I "$tree/include" \
        -c "$work/${source:-$file}" -o "$work/broken.o" &&
        gcc $(wrapping_of "$object") -o "$work/broken" "$object" \
            "$work/broken.o" "$dev"/tests/lib{test_support,strict_readers}.a "${libraries[@]}" \
            -lcmocka -lpthread -lm -ldl
}

# usage: run_broken [SECONDS]
# A promise that a call ends is broken when it does not.
run_broken() {
    timeout "${1:-5}" stdbuf -oL "$work/broken"
}

gates_library() {
    local seed file
    cp -r "$tree/src" "$work/src"
    for seed in "$seeds"/library/*.sed; do
        file=$(said_by "$seed" file)
        mutate "$seed" "$work/$file"
        if build_broken "$seed" >"$work/output" 2>&1; then
            fails "library: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
                run_broken "$(said_by "$seed" seconds)"
        else
            shown=$((shown + 1))
            report_open "library: $(basename "$seed" .sed)" "cannot be built"
        fi
        cp "$tree/$file" "$work/$file"
    done
}
