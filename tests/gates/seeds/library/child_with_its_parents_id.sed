# SPDX-License-Identifier: Apache-2.0
# Seed: a child that has its parent's process id takes its parent's server for its own.
# file: src/server/forks.c
# test: test_server_fork_same_id
# seconds: 30
# expect: [  FAILED  ] child_has_not_the_parents_default_server
s/process->forks == forks && //
