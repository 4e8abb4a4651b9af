/* SPDX-License-Identifier: Apache-2.0 */
#include <promlet/promlet.h>
#include <promlet/server.h>
#include <stdio.h>
PROMLET_STATIC_COUNTER(jobs, "jobs_total", "Jobs done.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(duration, "job_duration_seconds", "Time a job takes.", 0.1, 1);
int main(void)
{
    promlet_start_metrics_server(9464); /* http://127.0.0.1:9464/metrics, in its own thread */
    promlet_counter_inc(jobs);
    promlet_histogram_observe(duration, 0.25);
    char *text = promlet_get_metrics();
    fputs(text, stdout);
    promlet_free(text);
}
