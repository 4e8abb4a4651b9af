# SPDX-License-Identifier: Apache-2.0
# Seed: a program that has more rights than whoever started it takes texts from the environment.
# file: src/collect/process_environment.c
# test: test_process_resource
# expect: [  FAILED  ] privileged_program_does_not_trust_variables
s/secure_getenv(name)/getenv(name)/
