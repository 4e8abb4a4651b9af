/* SPDX-License-Identifier: Apache-2.0 */
/* How a server tells that it can't listen, start or read its files: a status, and a sentence that
   names the place, the step and the reason. */
#ifndef PML_SERVER_FAILURE_H
#define PML_SERVER_FAILURE_H

#include <promlet/status.h>

/* Set the last error to "place: step: text of error" and return the code that error stands for;
   error is an errno value, or not positive when the cause is not known. */
promlet_status pml_server_fail(const char *place, const char *step, int error);

/* The same for a reason that has no errno: "place: step: reason". The reason's first letter may be
   a capital and it may end with a full stop, as texts of other libraries do. */
promlet_status pml_server_fail_with(promlet_status status, const char *place, const char *step,
                                    const char *reason);

/* The code that an errno value stands for. */
promlet_status pml_server_status_of(int error);

#endif
