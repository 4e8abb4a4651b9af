/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a transport's own header. */
