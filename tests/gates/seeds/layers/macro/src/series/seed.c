/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an include that the check cannot read. */
/* expect: the name of the header must be written out */
#include HEADER
