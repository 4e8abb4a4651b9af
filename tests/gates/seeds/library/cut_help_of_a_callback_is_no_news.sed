# SPDX-License-Identifier: Apache-2.0
# Seed: a help text of a callback is cut, and nobody counts it.
# file: src/registry/self_metrics.c
# test: test_limits_of_texts
# expect: [  FAILED  ] help_text_of_a_callback_is_counted_while_it_is_there
s/^                       show_callbacks(registry, collectors, collector_count);$/show_callbacks != NULL;/
