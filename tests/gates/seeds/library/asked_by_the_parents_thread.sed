# SPDX-License-Identifier: Apache-2.0
# Seed: a forked child takes the calls of its parent's threads for its own, which never end.
# file: src/base/calls.c
# test: test_callback_fork
# expect: [ RUN      ] callback_running_at_fork_is_asked_again_by_the_child
s/callee->is_running = callee == here;/callee->is_running = true;/
