/* SPDX-License-Identifier: Apache-2.0 */
/* Which symbols the shared library shows, and the attributes that the other headers use. */
#ifndef PROMLET_EXPORT_H
#define PROMLET_EXPORT_H

/* The libraries are built with hidden visibility; only what carries PROMLET_API is exported. */
#define PROMLET_API __attribute__((visibility("default")))

#ifdef __cplusplus
#define PROMLET_BEGIN_DECLS extern "C" {
#define PROMLET_END_DECLS }
#else
#define PROMLET_BEGIN_DECLS
#define PROMLET_END_DECLS
#endif

#endif
