/* SPDX-License-Identifier: Apache-2.0 */
/* The environment, which a server reads only where its caller asks for it. */
#ifndef PML_SERVER_ENVIRONMENT_H
#define PML_SERVER_ENVIRONMENT_H

#include <stdbool.h>

/* The value of a variable, lent until somebody changes the environment. NULL when it is not set or
   empty, or when the process has more rights than whoever started it and set its variables. */
const char *pml_server_variable(const char *name);

/* Read a number from 0 to max, in decimal digits and nothing else. Returns false, with *number as
   it was, for other text. */
bool pml_server_read_number(const char *text, int max, int *number);

#endif
