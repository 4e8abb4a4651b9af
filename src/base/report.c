/* SPDX-License-Identifier: Apache-2.0 */
/* The last error of each thread, and the log callback of the process. */
#include "base/report.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char last_error[PML_SENTENCE_SIZE];

/* Guards the pair below, so that a callback is never called with another one's context. Lowest
   rank: nothing else is locked while it is held. */
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static promlet_log_fn log_callback;
static void *log_ctx;

const char *promlet_status_text(promlet_status status)
{
    switch (status) {
    case PROMLET_OK:
        return "ok";
    case PROMLET_ERROR_ARGUMENT:
        return "invalid argument";
    case PROMLET_ERROR_NAME:
        return "invalid name";
    case PROMLET_ERROR_CONFLICT:
        return "name already taken by another definition";
    case PROMLET_ERROR_LABELS:
        return "wrong label values";
    case PROMLET_ERROR_BOUNDS:
        return "invalid bucket bounds";
    case PROMLET_ERROR_MEMORY:
        return "out of memory";
    case PROMLET_ERROR_BUFFER_SIZE:
        return "buffer too small";
    case PROMLET_ERROR_WRITER:
        return "stopped by the writer";
    case PROMLET_ERROR_ADDRESS:
        return "no such address";
    case PROMLET_ERROR_PORT_IN_USE:
        return "port in use";
    case PROMLET_ERROR_PERMISSION:
        return "permission denied";
    case PROMLET_ERROR_SYSTEM:
        return "system call failed";
    }
    return "unknown status";
}

const char *promlet_last_error(void)
{
    return last_error;
}

promlet_status promlet_set_last_error(promlet_status status, const char *sentence)
{
    return pml_fail(status, "%s", sentence != NULL ? sentence : promlet_status_text(status));
}

promlet_status pml_fail(promlet_status status, const char *format, ...)
{
    /* Written elsewhere first: an argument may be the old sentence. */
    char sentence[PML_SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    memcpy(last_error, sentence, sizeof last_error);
    return status;
}

promlet_status pml_fail_memory(void)
{
    return pml_fail(PROMLET_ERROR_MEMORY, "out of memory");
}

void promlet_set_log_callback(promlet_log_fn callback, void *ctx)
{
    pthread_mutex_lock(&log_lock);
    log_callback = callback;
    log_ctx = ctx;
    pthread_mutex_unlock(&log_lock);
}

void promlet_log(const char *message)
{
    if (message == NULL) {
        return;
    }
    pthread_mutex_lock(&log_lock);
    promlet_log_fn callback = log_callback;
    void *ctx = log_ctx;
    pthread_mutex_unlock(&log_lock);
    if (callback != NULL) {
        callback(message, ctx);
    }
}

void pml_warn(const char *format, ...)
{
    char sentence[PML_SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    promlet_log(sentence);
}
