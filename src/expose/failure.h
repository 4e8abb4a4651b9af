/* SPDX-License-Identifier: Apache-2.0 */
/* How a transport tells what went wrong: a status, and a sentence that names the place, the step
   and the reason. */
#ifndef PML_EXPOSE_FAILURE_H
#define PML_EXPOSE_FAILURE_H

#include <promlet/status.h>

/* Set the last error to "place: step: text of error" and return the code that error, an errno
   value, stands for: PROMLET_ERROR_MEMORY, _PERMISSION, _NOT_FOUND or _SYSTEM. */
promlet_status pml_expose_fail(const char *place, const char *step, int error);

/* The same with another code. */
promlet_status pml_expose_fail_as(promlet_status status, const char *place, const char *step,
                                  int error);

/* The same for a reason that has no errno: "place: reason". */
promlet_status pml_expose_fail_with(promlet_status status, const char *place, const char *reason);

/* For an argument: sets the last error to the sentence, and returns PROMLET_ERROR_ARGUMENT. */
promlet_status pml_expose_refuse(const char *sentence);

#endif
