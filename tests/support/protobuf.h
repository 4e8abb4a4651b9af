/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the protobuf format: checks of whole documents. */
#ifndef TESTS_SUPPORT_PROTOBUF_H
#define TESTS_SUPPORT_PROTOBUF_H

#include "support/expect.h"

#include "support/made_snapshot.h"
#include "support/strict_protobuf.h"

/* The document of a snapshot reads so, as protoc shows it; it is kept under its name, NULL: not. */
static inline void expect_protobuf(const promlet_snapshot *snapshot, const char *document,
                                   const char *expected)
{
    size_t size;
    char *bytes = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    assert_non_null(bytes);
    if (document != NULL) {
        keep_protobuf(document, bytes, size, expected);
    }
    strict_protobuf read;
    if (!strict_protobuf_read(&read, bytes, size)) {
        fail_msg("%s: %s", read.reading.why, read.reading.text);
    }
    assert_string_equal(read.reading.text, expected);
    strict_protobuf_free(&read);
    promlet_free(bytes);
}

/* The same for one family that was made by hand. */
static inline void expect_family(pml_snapshot_family *family, const char *document,
                                 const char *expected)
{
    promlet_snapshot snapshot = {.families = family, .family_count = 1};
    expect_protobuf(&snapshot, document, expected);
}

/* The same for all of a registry. */
static inline void expect_registry(promlet_registry *registry, const char *document,
                                   const char *expected)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    expect_protobuf(snapshot, document, expected);
    promlet_snapshot_release(snapshot);
}

#endif
