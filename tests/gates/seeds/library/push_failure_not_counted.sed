# SPDX-License-Identifier: Apache-2.0
# Seed: a push that failed is counted nowhere.
# file: src/push/metrics.c
# test: test_push_periodic
# expect: [  FAILED  ] failure_loses_nothing
s/promlet_counter_inc(metrics->failures\[report->outcome\]);/;/
