# SPDX-License-Identifier: Apache-2.0
# Seed: OpenMetrics 2.0 shows exemplars that have no time.
# file: src/encode/openmetrics2.c
# test: test_golden_histograms
# expect: [  FAILED  ] golden_histograms
s/return exemplar->labels != NULL && pml_time_is_known(exemplar->time_ns);/return exemplar->labels != NULL;/
