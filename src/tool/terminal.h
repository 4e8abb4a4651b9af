/* SPDX-License-Identifier: Apache-2.0 */
/* A terminal that is taken over for a while, and given back as it was on every way out. There is
   one in a process. */
#ifndef PML_TOOL_TERMINAL_H
#define PML_TOOL_TERMINAL_H

#include "tool/buffer.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_terminal_size {
    size_t width;
    size_t height;
} pml_terminal_size;

/* Whether standard output is a terminal that understands more than lines. */
bool pml_terminal_is_there(void);

/* Takes it over: another screen, no cursor, no echo. It is given back when the process ends. */
bool pml_terminal_open(pml_buffer *why);

/* Gives it back. A terminal that takes nothing is waited for a second. */
void pml_terminal_close(void);

pml_terminal_size pml_terminal_size_now(void);

/* Writes as much as the terminal takes now; the rest is kept for the next call. */
void pml_terminal_write(const char *bytes, size_t size);

/* There is a rest. */
bool pml_terminal_is_busy(void);

/* Descriptors to wait for: input, signals, and room for the rest. */
#define PML_TERMINAL_DESCRIPTORS 3
struct pollfd;
size_t pml_terminal_descriptors(struct pollfd *descriptors);

/* The next byte that was typed; -1: none. */
int pml_terminal_key(void);

/* Whether the size may have changed, or the screen has to be drawn anew, since the last call. Ends
   the process where a signal asked for it, and stops it where Ctrl-Z did. */
bool pml_terminal_take_signals(void);

/* Whether the terminal is gone: nobody will type or see anything any more. */
bool pml_terminal_is_gone(void);

#endif
