# SPDX-License-Identifier: Apache-2.0
# Seed: a process that is outside of the cgroups that it can see has the limits of these.
# file: src/collect/process_cgroup.c
# test: test_process_files
# expect: [  FAILED  ] limits_of_cgroups_that_are_not_its_own_are_left_out
s/return rest != NULL && .* ? rest : NULL;/return rest;/
