/* SPDX-License-Identifier: Apache-2.0 */
/* The last error of each thread, and the log callback of the process. */
#include "base/report.h"

#include "base/alloc.h"
#include "base/locks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The model spares libc from asking for memory at the first use in a thread of a program that
   loaded promlet with dlopen(); it ends the process when there is none. */
#define PML_THREAD_LOCAL static _Thread_local __attribute__((tls_model("initial-exec")))

PML_THREAD_LOCAL char last_error[PML_SENTENCE_SIZE];

/* Guarded by PML_LOCK_LOG, so that a callback is never called with another one's context. */
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
    case PROMLET_ERROR_NOT_FOUND:
        return "not found";
    case PROMLET_ERROR_BUSY:
        return "busy";
    case PROMLET_ERROR_SYNTAX:
        return "not in the format";
    case PROMLET_ERROR_LIMIT:
        return "beyond a limit";
    case PROMLET_ERROR_UNREACHABLE:
        return "not reachable";
    case PROMLET_ERROR_TIMEOUT:
        return "took too long";
    case PROMLET_ERROR_REFUSED:
        return "refused by the other side";
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
    pml_lock(PML_LOCK_LOG);
    log_callback = callback;
    log_ctx = ctx;
    pml_unlock(PML_LOCK_LOG);
}

/* Where this thread's warnings are kept; NULL: nowhere. */
PML_THREAD_LOCAL pml_held_log *held_log;

static void keep(pml_held_log *held, const char *message)
{
    char *copy = pml_copy_string(message);
    char **sentences = pml_resize_array(held->sentences, held->count + 1, sizeof *sentences);
    if (sentences != NULL) {
        held->sentences = sentences;
    }
    if (sentences == NULL || copy == NULL) {
        pml_free(copy);
        return;
    }
    sentences[held->count++] = copy;
}

static void give_to_callback(const char *message)
{
    pml_lock(PML_LOCK_LOG);
    promlet_log_fn callback = log_callback;
    void *ctx = log_ctx;
    pml_unlock(PML_LOCK_LOG);
    if (callback != NULL) {
        callback(message, ctx);
    }
}

void promlet_log(const char *message)
{
    if (message != NULL && held_log != NULL) {
        keep(held_log, message);
    } else if (message != NULL) {
        give_to_callback(message);
    }
}

void pml_log_hold(pml_held_log *held)
{
    *held = (pml_held_log){NULL, 0};
    held_log = held;
}

void pml_log_let_go(pml_held_log *held)
{
    held_log = NULL;
    for (size_t i = 0; i < held->count; i++) {
        give_to_callback(held->sentences[i]);
        pml_free(held->sentences[i]);
    }
    pml_free(held->sentences);
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
