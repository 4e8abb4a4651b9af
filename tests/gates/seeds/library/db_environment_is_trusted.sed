# SPDX-License-Identifier: Apache-2.0
# Seed: whoever starts a program that has more rights than he switches its stages on.
# file: src/instrument/db_client_environment.c
# test: test_db_client_stages
# expect: [  FAILED  ] stages_of_privileged_program_stay_as_they_are
s/secure_getenv(VARIABLE)/getenv(VARIABLE)/
