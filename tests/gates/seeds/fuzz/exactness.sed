# SPDX-License-Identifier: Apache-2.0
# Seed: a clause without a version counts before one with it.
# file: src/encode/negotiation.c
# target: negotiation
# expect: finding: clauses
s/offer->range == NULL || range < offer->range/offer->range == NULL || range > offer->range/
