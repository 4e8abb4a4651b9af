# SPDX-License-Identifier: Apache-2.0
# Seed: more native buckets are shown than the limit says.
# file: src/record/native_reading.c
# test: test_native
# expect: [  FAILED  ] resolution_is_halved_as_often_as_it_takes
/^void pml_native_read(/,/^}/s/reading->shift++;/break;/
