# SPDX-License-Identifier: Apache-2.0
# The gates of what programs compile in: restartable sections, the layout of cells, inlined
# recording calls and their number of instructions, and names that are linked. Their seeds are scripts
# of sed. Sourced by tests/gates/run.

# usage: mutate SEED.sed FILE
# Edits a file as a seed says. A seed that changes nothing is none.
mutate() {
    cp "$2" "$work/before"
    sed -i -f "$1" "$2"
    if cmp -s "$work/before" "$2"; then
        shown=$((shown + 1))
        : >"$work/output"
        report_open "$(basename "$1" .sed)" "the seed changes nothing in $(basename "$2")"
    fi
}

# The mistakes of the seeds stand in an object and, linked, in a shared object.
section_seed() {
    local seed=$1 name kind
    name=$(basename "$seed" .sed)
    cp "$seeds/sections/good.s" "$work/$name.s"
    mutate "$seed" "$work/$name.s"
    gcc -c -o "$work/$name.o" "$work/$name.s"
    gcc -shared -nostdlib -o "$work/$name.so" "$work/$name.o"
    for kind in o so; do
        fails "sections: $name, .$kind" "$(expected_of "$seed")" \
            "$tree/tools/check_sections" "$work/$name.$kind"
    done
}

gates_sections() {
    local seed
    gcc -c -o "$work/good.o" "$seeds/sections/good.s"
    gcc -shared -nostdlib -o "$work/good.so" "$work/good.o"
    ar rc "$work/good.a" "$work/good.o"
    passes "sections: one that is well" "$tree/tools/check_sections" --expect 1 \
        "$work/good.o" "$work/good.so" "$work/good.a"
    for seed in "$seeds"/sections/*.sed; do
        section_seed "$seed"
    done
    fails "sections: fewer than expected" "1 sections, expected 2" \
        "$tree/tools/check_sections" --expect 2 "$work/good.o"
    fails "sections: no ELF file" "not an ELF file" \
        "$tree/tools/check_sections" "$seeds/sections/good.s"
}

# usage: edit_header SEED.sed
# A copy of the public headers in which the one that the seed's folder names is edited.
edit_header() {
    rm -rf "$work/include"
    cp -r "$tree/include" "$work/include"
    mutate "$1" "$work/include/promlet/$(basename "$(dirname "$1")").h"
}

# The library stays as it is.
gates_inline() {
    local seed check=$tree/tests/inline/matrix
    passes "inline: headers that are well" "$check" "$tree/include" "$dev" "$work/inline" few
    if ! grep -q 'per-CPU cells: restartable' "$work/output"; then
        echo "SKIPPED: inline: this system has no restartable sequences"
        return
    fi
    for seed in "$seeds"/inline/*/*.sed; do
        edit_header "$seed"
        fails "inline: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
            "$check" "$work/include" "$dev" "$work/inline" few
    done
}

# The library stays as it is.
gates_layout() {
    local seed
    passes "layout: the one that is written down" \
        "$tree/tests/headers/run_layout" "$tree/include" "$dev"
    for seed in "$seeds"/layout/*/*.sed; do
        edit_header "$seed"
        fails "layout: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
            "$tree/tests/headers/run_layout" "$work/include" "$dev"
    done
    mkdir -p "$work/library"
    cp "$dev/libpromlet.a" "$work/library"
    echo 'void promlet_cell2_add_real(void) {}' |
        gcc -shared -x c -o "$work/library/libpromlet.so" -
    fails "layout: a library without the functions" "found: promlet_cell2_add_real" \
        "$tree/tests/headers/run_layout" "$tree/include" "$work/library"
}

# What the library does stays as it is; the inlined calls change with the header.
gates_instructions() {
    local seed folder=$work/instructions library=$tree/build/release/libpromlet.a
    build_libraries release >"$work/output" 2>&1
    cp -r "$tree/tests/instructions" "$folder"
    passes "instructions: as many as written down" "$folder/run" "$tree/include" "$library"
    if grep -q SKIPPED "$work/output"; then
        grep SKIPPED "$work/output"
        return
    fi
    for seed in "$seeds"/instructions/*/*.sed; do
        edit_header "$seed"
        fails "instructions: $(basename "$seed" .sed)" "$(expected_of "$seed")" \
            "$folder/run" "$work/include" "$library"
    done
    sed -i '/^gauge_set_base_inlined/d' "$folder/reference.txt"
    fails "instructions: a call without a reference" "the reference does not have it" \
        "$folder/run" "$tree/include" "$library"
    echo 'seed_called 3.0' >>"$folder/reference.txt"
    fails "instructions: a reference without a call" "was not measured" \
        "$folder/run" "$tree/include" "$library"
    sed -i 's/^# compiler: .*/# compiler: seed/' "$folder/reference.txt"
    passes "instructions: another compiler is said aloud" \
        sh -c "'$folder/run' '$tree/include' '$library' | grep '^SKIPPED: .* is for seed, this is'"
}

gates_names() {
    local check=$tree/tools/check_names
    echo 'int pml_shared; int pml_own;' | gcc -x c -c -o "$work/core.o" -
    echo 'int pml_shared; int pml_other;' | gcc -x c -c -o "$work/other.o" -
    echo 'int pml_other; static int pml_shared;' | gcc -x c -c -o "$work/well.o" -
    echo 'static int nothing;' | gcc -x c -c -o "$work/nothing.o" -
    ar rc "$work/core.a" "$work/core.o"
    passes "names: none of the core's" "$check" "$work/core.a" "$work/well.o"
    fails "names: one of the core's" "other.o: pml_shared is a name of the core" \
        "$check" "$work/core.a" "$work/well.o" "$work/other.o"
    fails "names: a file without any" "no name in" "$check" "$work/core.a" "$work/nothing.o"
}
