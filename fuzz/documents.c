/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are read as a snapshot (made.h), of families of every shape with all that encoders look at,
 * and every document of it is checked (every_document.h).
 */
#include "arguments.h"
#include "every_document.h"
#include "made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    document_cuts cuts = read_cuts(&in);
    arguments_begin();
    made_snapshot made = made_read(&in);
    check_every_document(&made, &cuts);
    made_free(0);
    return 0;
}
