# SPDX-License-Identifier: Apache-2.0
# Seed: a collector that nobody will unlist in a forked child keeps its name there.
# file: src/registry/collector.c
# test: test_callback_fork
# expect: [  FAILED  ] collector_going_at_fork_leaves_its_name_to_the_child
s/bool is_gone = collector->is_leaving && !collector->callee.is_running;/bool is_gone = false;/
