# SPDX-License-Identifier: Apache-2.0
# Seed: what has a label of the group is pushed, and the gateway puts its own value there.
# file: src/push/push.c
# test: test_push
# expect: [  FAILED  ] label_of_group_is_refused_before_anything_is_sent
s/    if (found.line == NULL) {/    if (true) {/
