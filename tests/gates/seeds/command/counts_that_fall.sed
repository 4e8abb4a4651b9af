# SPDX-License-Identifier: Apache-2.0
# Seed: buckets that fall are fine.
# file: src/tool/rules_of_values.c
# test: run_commands test_check_finds_what_is_bad
# expect: findings.txt is not what promlet check finds
s/} else if (!is_summary && bucket->count < before->count) {/} else if (false) {/
