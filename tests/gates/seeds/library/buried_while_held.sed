# SPDX-License-Identifier: Apache-2.0
# Seed: removed series are buried though a handle pins them.
# file: src/registry/lifetime.c
# test: test_lifetime
# expect: [  FAILED  ] series_nobody_holds_is_freed_after_removal
s/ && (state & PML_SERIES_PINS) == 0;/;/
