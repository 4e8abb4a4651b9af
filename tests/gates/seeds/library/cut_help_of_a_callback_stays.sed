# SPDX-License-Identifier: Apache-2.0
# Seed: a callback ends in its own call, and what is said of its help text stays for ever.
# file: src/registry/self_metrics.c
# test: test_limits_of_texts
# expect: [  FAILED  ] help_text_of_a_callback_that_ends_amid_a_scrape_is_forgotten
s/^    if (pml_name_map_find(&registry->names, name) != family) {$/    if (false) {/
