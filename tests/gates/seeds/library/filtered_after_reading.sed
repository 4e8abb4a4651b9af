# SPDX-License-Identifier: Apache-2.0
# Seed: all families are read, then those that are not wanted are left out.
# file: src/snapshot/snapshot.c
# test: test_filter
# expect: [  FAILED  ] filter_reads_nothing_that_is_not_wanted
/^static size_t select_families/,/^}/s/pml_filter_takes(.*)) {/true) {/
/^    drop_empty(snapshot, pml/i\
    size_t kept = 0;\
    for (size_t i = 0; i < snapshot->family_count; i++) {\
        if (pml_filter_takes(request->filter, families[i].claims)) {\
            families[kept++] = families[i];\
        }\
    }\
    snapshot->family_count = kept;
