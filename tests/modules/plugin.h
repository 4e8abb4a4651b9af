/* SPDX-License-Identifier: Apache-2.0 */
/* What the modules of the tests show: their file-scope metrics, as handles. */
#ifndef TESTS_MODULES_PLUGIN_H
#define TESTS_MODULES_PLUGIN_H

#include <promlet/promlet.h>

/* The names that every module and both files of a test program define, so that they are added up.
 */
#define EVERYWHERE_JOBS "everywhere_jobs_total"
#define EVERYWHERE_DEPTH "everywhere_depth"
#define EVERYWHERE_SECONDS "everywhere_seconds"

struct plugin {
    promlet_counter *own_jobs; /* NAME_jobs_total, of this module alone */
    promlet_counter *jobs;
    promlet_gauge *depth;
    promlet_histogram *seconds; /* with the bounds 1 and 10 */
};

/* Defines the metrics of a module, and the function NAME that returns their handles. */
#define PLUGIN_METRICS(name)                                                                       \
    PROMLET_STATIC_COUNTER(own_jobs, #name "_jobs_total", "Jobs of one module.");                  \
    PROMLET_STATIC_COUNTER(jobs, EVERYWHERE_JOBS, "Jobs of all modules.");                         \
    PROMLET_STATIC_GAUGE(depth, EVERYWHERE_DEPTH, "Depth of all modules.");                        \
    PROMLET_STATIC_HISTOGRAM_BOUNDS(seconds, EVERYWHERE_SECONDS, "Time of all modules.", 1, 10)

PROMLET_BEGIN_DECLS

/* What each module that is loaded with dlopen() exports. */
PROMLET_API struct plugin plugin_metrics(void);
typedef struct plugin (*plugin_metrics_fn)(void);

/* Those in C also share a counter of their own, parts_total, which the program does not define. */
PROMLET_API promlet_counter *plugin_parts(void);
typedef promlet_counter *(*plugin_parts_fn)(void);

/* The shared object that the program links. */
PROMLET_API struct plugin linked_metrics(void);

/* The second file of the program itself. */
struct plugin second_file_metrics(void);

PROMLET_END_DECLS

#endif
