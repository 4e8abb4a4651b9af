# SPDX-License-Identifier: Apache-2.0
# Seed: the first service of a registry sets a limit by its own routes for all.
# file: src/instrument/microhttpd_new.c
# test: test_microhttpd
# expect: [  FAILED  ] services_of_one_registry_are_told_of_nothing_and_have_room
s/^#define MAX_SERIES(for_each_route).*$/#define MAX_SERIES(for_each_route) ((measured->routes.count + 1) * (for_each_route))/
s/declare_sizes(promlet_registry/declare_sizes(const promlet_microhttpd *measured, promlet_registry/
s/declare_sizes(registry/declare_sizes(measured, registry/
