/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header of the server. */
