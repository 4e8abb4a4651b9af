# SPDX-License-Identifier: Apache-2.0
# Seed: a series that is asked for again shows the exemplar of its former life.
# file: src/registry/lifetime.c
# test: test_exemplars_lifetime
# expect: [  FAILED  ] revived_series_has_none
s/^    pml_exemplars_clear(series);//
