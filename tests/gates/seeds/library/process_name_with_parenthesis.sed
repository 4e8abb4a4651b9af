# SPDX-License-Identifier: Apache-2.0
# Seed: fields are counted from the first parenthesis, which may be of the name of the process.
# file: src/collect/process_start.c
# test: test_process_files
# expect: [  FAILED  ] start_is_found_behind_the_last_parenthesis
s/strrchr(line, ')')/strchr(line, ')')/
