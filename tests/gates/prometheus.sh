# SPDX-License-Identifier: Apache-2.0
# The gates of what a real Prometheus makes of us. Sourced by tests/gates/run; needs the dev build.

# usage: serve DOCUMENT CHECK [ARGUMENT...]
# Serves a document of the seeds, and gives HOST:PORT to a check as its first argument.
serve() {
    local document=$1 check=$2 serving target status=0
    shift 2
    : >"$work/served" # of an earlier document
    "$seeds/prometheus/serve" "$document" >"$work/served" &
    serving=$!
    for _ in $(seq 50); do
        target=$(sed -n 's|^serving http://\([^/]*\)/.*|\1|p' "$work/served")
        [ -z "$target" ] || break
        sleep 0.1
    done
    "$check" "$target" "$@" || status=$?
    kill "$serving"
    wait "$serving" 2>/dev/null || true
    return "$status"
}

# As for the example, the stage of its own shows that the check passes.
gates_prometheus() {
    local check=$tree/tests/peers/prometheus
    fails "prometheus: a document that cannot be read" "up is 0" \
        serve "$seeds/prometheus/broken.prom" "$check" --timeout 60
    fails "prometheus: counts that stand still" "does not grow" \
        serve "$seeds/prometheus/still.prom" "$check" --timeout 60
    fails "prometheus: text where OpenMetrics is expected" "was read as text 0.0.4" \
        serve "$seeds/prometheus/still.prom" "$check" --openmetrics --timeout 60
    fails "prometheus: buckets without exemplars" "has no exemplar with a trace" \
        serve "$seeds/prometheus/still.om1" "$check" --openmetrics --timeout 60
    fails "prometheus: a server that does not negotiate" "expected the header Vary" \
        serve "$seeds/prometheus/still.prom" "$tree/tests/peers/served_to_curl"
    fails "prometheus: an example that says no address" "says no address" \
        "$tree/tests/peers/prometheus_with_example" false
}

# Compiles the file of a seed, broken, and links the service with it, before what the library has of
# it. Its comments say which file that is, and which one is compiled if that is a header.
build_broken_service() {
    local seed=$1 file source objects=("$work/broken.o")
    file=$(said_by "$seed" file)
    source=$(said_by "$seed" compile)
    source=${source:-$file}
    if [ "$source" != tests/peers/recorded_service.c ]; then
        objects+=("$dev/tests/CMakeFiles/recorded_service.dir/peers/recorded_service.c.o")
    fi
    gcc -std=c11 -D_GNU_SOURCE -DPML_HAS_RSEQ -g -w -I "$work/src" -I "$work/tests" -I "$tree/include" \
        -c "$work/$source" -o "$work/broken.o" &&
        gcc -o "$work/broken" "${objects[@]}" "$dev/libpromlet-server.a" "$dev/libpromlet.a" \
            -lmicrohttpd -lgnutls -lz -lpthread -lm -ldl
}

# As for the example, the stage of its own shows that the check passes.
gates_prometheus_formats() {
    local seed check=$tree/tests/peers/prometheus_formats
    fails "prometheus formats: a service that says no address" "says no address" "$check" false
    for seed in "$seeds"/prometheus_formats/*.sed; do
        rm -rf "$work/src" "$work/tests"
        mkdir "$work/tests"
        cp -r "$tree/src" "$work/src"
        cp -r "$tree/tests/support" "$tree/tests/peers" "$work/tests"
        mutate "$seed" "$work/$(said_by "$seed" file)"
        if ! build_broken_service "$seed" >"$work/output" 2>&1; then
            shown=$((shown + 1))
            report_open "prometheus formats: $(basename "$seed" .sed)" "cannot be built"
            continue
        fi
        fails "prometheus formats: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
            "$check" "$work/broken" --timeout 60
    done
}

# As for the example, the stage of its own shows that the check passes. A seed is a script of sed for
# one file of examples/monitoring; services are started only for those that need them to be found.
gates_monitoring() {
    local seed arguments check=$tree/tests/monitoring/run
    for seed in "$seeds"/monitoring/*.sed; do
        rm -rf "$work/examples"
        mkdir "$work/examples"
        cp -r "$tree/examples/run" "$tree/examples/monitoring" "$work/examples"
        mutate "$seed" "$work/examples/monitoring/$(said_by "$seed" file)"
        read -r -a arguments <<<"$(said_by "$seed" arguments)"
        fails "monitoring: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
            "$check" "$work/examples/monitoring" "$dev" "${arguments[@]}"
    done
}
