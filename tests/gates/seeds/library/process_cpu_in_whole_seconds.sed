# SPDX-License-Identifier: Apache-2.0
# Seed: CPU time loses its fractions.
# file: src/collect/process_guide.c
# test: test_process
# expect: [  FAILED  ] test_defect_10_cpu_seconds_have_fractions_and_never_fall
s/(double)microseconds \/ 1e6/(double)(microseconds \/ 1000000)/
