# SPDX-License-Identifier: Apache-2.0
# Seed: of a header that is too long the clause that is cut counts, with whatever is left of its q.
# file: src/encode/clauses.c
# test: test_negotiation_odd
# expect: [  FAILED  ] clause_that_the_limit_cuts_is_passed_over
s/ || (clauses->is_cut && clauses->rest.at == NULL)//
