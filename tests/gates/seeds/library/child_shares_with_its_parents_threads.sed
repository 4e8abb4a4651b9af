# SPDX-License-Identifier: Apache-2.0
# Seed: a child that was forked by who makes a result hands it to threads that are not there.
# file: src/base/flight.c
# test: test_flight
# expect: [  FAILED  ] flight_that_forks_has_nobody_aboard_in_the_child
/^void pml_flights_forget/,/^}/s/flight->aboard = NULL;//
