# SPDX-License-Identifier: Apache-2.0
# Seed: a reset of all totals leaves the metrics at file scope as they are.
# file: src/registry/reset.c
# test: test_reset_totals
# expect: [  FAILED  ] totals_at_file_scope_start_again
s/^        pml_static_notes_visit(reset_static, NULL);//
