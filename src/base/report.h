/* SPDX-License-Identifier: Apache-2.0 */
/* Errors and warnings in sentences; behind the calls of <promlet/status.h>. */
#ifndef PML_BASE_REPORT_H
#define PML_BASE_REPORT_H

#include <promlet/status.h>

#include <stddef.h>

/* The most bytes of a sentence, its NUL included. */
#define PML_SENTENCE_SIZE 256

/* Sets the thread's last error from a format as printf has it, and returns the status. */
promlet_status pml_fail(promlet_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the sentence for PROMLET_ERROR_MEMORY and returns that. */
promlet_status pml_fail_memory(void);

/* Gives one warning to the log callback. With a lock held, only between the two calls below. */
void pml_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Warnings of one thread that have to wait, because the callback may call anything. */
typedef struct pml_held_log {
    char **sentences;
    size_t count;
} pml_held_log;

/* From here on, the warnings of this thread are kept; those that there is no memory for are lost.
 */
void pml_log_hold(pml_held_log *held);

/* Ends that, and gives what was kept to the callback. */
void pml_log_let_go(pml_held_log *held);

#endif
