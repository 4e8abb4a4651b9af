# SPDX-License-Identifier: Apache-2.0
# Seed: the end of a scope in which stages are measured ends that for all.
# file: src/instrument/db_client_stages.c
# test: test_db_client_stages
# expect: [  FAILED  ] stages_scopes_overlap_in_any_order
s/pml_half_word_add_relaxed(&scope->client->stages_on, -SCOPE)/pml_half_word_and_relaxed(\&scope->client->stages_on, 0)/
