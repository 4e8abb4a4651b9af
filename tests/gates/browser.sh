# SPDX-License-Identifier: Apache-2.0
# The gates of what a real browser makes of the landing page. Sourced by tests/gates/run; needs the
# dev build.

# Makes the page of the sources in $work, and links it with the service, before what the library has
# of it.
build_broken_page() {
    cmake -D SOURCE="$work/src/page" -D OUTPUT="$work/page.c" -P "$work/cmake/embed_page.cmake" &&
        gcc -std=c11 -g -w -I "$tree/src" -I "$tree/include" -c "$work/page.c" -o "$work/page.o" &&
        gcc -o "$work/broken" "$dev/tests/CMakeFiles/page_service.dir/browser/page_service.c.o" \
            "$work/page.o" "$dev/libpromlet-server.a" "$dev/libpromlet.a" \
            -lmicrohttpd -lgnutls -lz -lpthread -lm -ldl
}

# As for the example, the stage of its own shows that the check passes.
gates_browser() {
    local seed check=$tree/tests/browser/run
    fails "browser: a service that says no address" "says no address" "$check" false
    for seed in "$seeds"/browser/*.sed; do
        rm -rf "$work/src" "$work/cmake"
        mkdir "$work/src" "$work/cmake"
        cp -r "$tree/src/page" "$work/src"
        cp "$tree/cmake/embed_page.cmake" "$work/cmake"
        mutate "$seed" "$work/$(said_by "$seed" file)"
        if ! build_broken_page >"$work/output" 2>&1; then
            shown=$((shown + 1))
            report_open "browser: $(basename "$seed" .sed)" "cannot be built"
            continue
        fi
        fails "browser: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
            "$check" "$work/broken" --only "$(said_by "$seed" check)" --timeout 40
    done
}
