/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: what an encoder may see. */
