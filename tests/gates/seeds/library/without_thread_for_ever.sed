# SPDX-License-Identifier: Apache-2.0
# Seed: a collector that got no thread once is thought to be running from then on.
# file: src/snapshot/run.c
# test: test_collector_threads
# expect: [  FAILED  ] no_thread_costs_only_who_would_have_had_it
/pml_call_start_thread/,/no thread/s/pml_collector_end(collector);//
