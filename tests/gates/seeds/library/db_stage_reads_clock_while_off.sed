# SPDX-License-Identifier: Apache-2.0
# Seed: a stage reads the clock though stages are off.
# file: src/instrument/db_client_stages.c
# test: test_db_client_stages
# expect: [  FAILED  ] stages_that_are_off_read_no_clock
/^promlet_db_stage promlet_db_stage_start/,/^}/s/return (promlet_db_stage){NULL, {0, PROMLET_CLOCK_NONE}/return (promlet_db_stage){NULL, promlet_timer_start()/
