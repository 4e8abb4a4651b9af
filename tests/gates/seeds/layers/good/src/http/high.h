/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header for the server. */
