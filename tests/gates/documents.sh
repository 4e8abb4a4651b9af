# SPDX-License-Identifier: Apache-2.0
# The gates of documents: our own with their code blocks, and those that the library writes. Sourced
# by tests/gates/run; needs the dev build.

readme_check() {
    "$tree/tests/readme/run" "$tree" "$dev" "$work/readme" "$@"
}

gates_readme() {
    local seed
    passes "readme: blocks that are well" readme_check "$seeds/readme/good.md"
    for seed in "$seeds"/readme/*.md "$seeds"/readme/*.h; do
        if [ "$(basename "$seed")" != good.md ]; then
            fails "readme: $(basename "$seed")" "$(expected_of "$seed")" readme_check "$seed"
        fi
    done
    fails "readme: the first program is not the example" "to the letter" \
        readme_check --quickstart "$seeds/readme/quickstart.c" "$seeds/readme/good.md"
}

gates_promtool() {
    local check=$tree/tests/peers/promtool folder=$seeds/promtool
    passes "promtool: findings that are named" "$check" "$folder/good"
    fails "promtool: a syntax error, though it is named" "syntax: error" "$check" "$folder/syntax"
    fails "promtool: a finding that nobody names" "does not name" "$check" "$folder/unnamed"
    fails "promtool: a named finding that is not there" "did not occur" "$check" "$folder/absent"
    fails "promtool: a name without its document" "no such document" "$check" "$folder/orphan"
    fails "promtool: too few documents" "at least 5" "$check" "$folder/good" --at-least 5
}

gates_python_client() {
    local check=$tree/tests/peers/python_client folder=$seeds/python_client
    passes "python client: the same series in both formats" "$check" "$folder/good" --at-least 2
    fails "python client: text that can't be read" "ValueError" \
        "$check" "$folder/syntax" --at-least 1
    fails "python client: OpenMetrics that can't be read" "Invalid line: # end" \
        "$check" "$folder/openmetrics" --at-least 1
    fails "python client: a series twice" "stands twice" "$check" "$folder/twice" --at-least 1
    fails "python client: an exemplar that is not read" "1 exemplars, but 0 were read" \
        "$check" "$folder/exemplar" --at-least 1
    fails "python client: another value" "in the text document" \
        "$check" "$folder/value" --at-least 1
    fails "python client: a series that is missing" "is not in the OpenMetrics document" \
        "$check" "$folder/series" --at-least 1
    fails "python client: a defect that is gone" "take it off" \
        "$check" "$folder/defect" --at-least 1
    fails "python client: too few documents" "at least 5" "$check" "$folder/good" --at-least 5
}

# The reader of one's own is played by what prints no samples, or refuses each document.
gates_parser_beside_python() {
    local check=$tree/tests/peers/parser_beside_python folder=$seeds/python_client/good
    local all=("$folder" --at-least 1 --mutate "$folder")
    fails "parser beside python: no samples" "promlet reads []" "$check" \
        "$seeds/parser_beside_python/without_samples" "${all[@]}"
    fails "parser beside python: a refusal without reason" "only promlet refuses it: it is not nice" \
        "$check" "$seeds/parser_beside_python/refuses" "${all[@]}"
    fails "parser beside python: a difference that is gone" "nothing needs this difference" \
        "$check" "$dev/tests/read_documents" "${all[@]}"
    fails "parser beside python: too few documents" "at least 500 are expected" \
        "$check" "$dev/tests/read_documents" "${all[@]}" --at-least 500
}

# The first document is a family without metrics, which protoc takes.
gates_protoc() {
    local check=$tree/tests/peers/protoc folder=$work/protoc
    mkdir "$folder"
    printf '\005\012\001x\030\001' >"$folder/a.pb"
    fails "protoc: a document of which nothing is expected" "nobody says" "$check" "$folder"
    printf 'name: "x"\ntype: GAUGE\n' >"$folder/a.pb.txt"
    passes "protoc: what is expected" "$check" "$folder"
    fails "protoc: too few documents" "at least 5" "$check" "$folder" --at-least 5
    printf 'name: "x"\ntype: COUNTER\n' >"$folder/a.pb.txt"
    fails "protoc: something else" "+type: GAUGE" "$check" "$folder"
    printf '\006\012\001x\030\001' >"$folder/a.pb"
    fails "protoc: a message that is cut short" "cut short" "$check" "$folder"
    printf '\003\012\005x' >"$folder/a.pb"
    fails "protoc: a message that cannot be read" "Failed to parse" "$check" "$folder"
}
