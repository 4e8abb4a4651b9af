/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seed: a fragment in a header's comment that does not compile:
 *
 *     promlet_counter_inc(jobs);
 */
/* expect: undeclared */
