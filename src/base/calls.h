/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of the user's code that others can wait for: what is called runs once at a time, in the
 * thread that asks or in one that was made for the call.
 */
#ifndef PML_BASE_CALLS_H
#define PML_BASE_CALLS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* What can be called. Guarded by PML_LOCK_CALLS. */
typedef struct pml_callee {
    bool is_running;
    struct pml_callee *next; /* among those of the process that run */
    bool has_thread;         /* that must be joined once it does not run */
    pthread_t thread;
    unsigned int forks; /* how many there were when the thread was made */
} pml_callee;

/* ---- with PML_LOCK_CALLS held ---------------------------------------------------------------- */

/* A call of a callee that does not run begins, in whatever thread. */
void pml_call_begin(pml_callee *callee);

/* It ends; who waits is woken. */
void pml_call_end(pml_callee *callee);

/* Waits until some call has ended, which may be another than the caller waits for. False once that
   moment is over, one of pml_call_moment(); UINT64_MAX: never. */
bool pml_call_wait(uint64_t until_ns);

/* The callee's thread is to be joined by whoever meets it when its call has ended. */
void pml_call_keep_thread(pml_callee *callee, pthread_t thread);

/* Takes such a thread away, to be joined without the lock; false when there is none in this
 * process.
 */
bool pml_call_take_thread(pml_callee *callee, pthread_t *thread);

/* In a forked child: the calls of threads that are not here will never end. */
void pml_calls_forget(void);

/* ---- without a lock -------------------------------------------------------------------------- */

/* The callee whose call this thread is in; NULL: none. Calls are not nested in one thread. */
pml_callee *pml_call_here(void);
void pml_call_set_here(pml_callee *callee);

/* The moment so many nanoseconds from now, of the system's clock: a test that stops promlet's own
   must not stop who waits. */
uint64_t pml_call_moment(uint64_t ns);

/* A thread for one call, to be joined, with all signals blocked; false when none can be made. */
bool pml_call_start_thread(pthread_t *thread, void *(*run)(void *ctx), void *ctx);

#endif
