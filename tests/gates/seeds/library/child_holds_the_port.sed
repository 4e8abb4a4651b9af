# SPDX-License-Identifier: Apache-2.0
# Seed: a forked child keeps the descriptors of servers.
# file: src/server/forks.c
# test: test_server_fork
# seconds: 30
# expect: [  FAILED  ] fork_child_has_no_descriptors_of_servers
/^static void after_fork_in_child/,/^}/s/pml_server_forks_leave(server);//
