# SPDX-License-Identifier: Apache-2.0
# Seed: a collector that still runs is called again.
# file: src/registry/collector.c
# test: test_collector_deadline
# expect: [  FAILED  ] collector_beyond_its_deadline_loses_only_its_families
s/bool may_begin = !\*still_runs \&\&/bool may_begin =/
