/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody gives as a path who takes the option for what is in the file. No sentence may show
   it, for it may be a key. */
#ifndef TESTS_SUPPORT_TEXTS_OF_FILES_H
#define TESTS_SUPPORT_TEXTS_OF_FILES_H

#include <stddef.h>
#include <string.h>

#define TEXT_OF_KEY "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"

/* What the texts hold, and what is said behind the option's name instead. */
#define PART_OF_EACH_TEXT "c2Vj"
#define SAID_OF_TEXTS                                                                              \
    ": looks like the text of a file, so it is not shown; it must be the path of one"

/* NULL after the last. */
static inline const char *text_of_file(size_t number)
{
    static char longer_than_a_name[600];
    static const char *const texts[] = {TEXT_OF_KEY,
                                        "-----BEGIN PRIVATE KEY-----c2VjcmV0",
                                        "c2VjcmV0\nc2VjcmV0",
                                        "\r\nc2VjcmV0",
                                        "c2VjcmV0\r",
                                        longer_than_a_name,
                                        NULL};
    memset(longer_than_a_name, 'c', sizeof longer_than_a_name - 1);
    memcpy(longer_than_a_name, TEXT_OF_KEY, strlen(TEXT_OF_KEY));
    return texts[number];
}

#endif
