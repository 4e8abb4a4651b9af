# SPDX-License-Identifier: Apache-2.0
# Seed: a full family stays full.
# file: src/registry/limits.c
# test: test_limits
# expect: [  FAILED  ] series_removed_make_room
/^void pml_limits_make_room/,/^}/s/room, 1)/room, 0)/
