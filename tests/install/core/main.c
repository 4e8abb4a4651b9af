/* SPDX-License-Identifier: Apache-2.0 */
/* A program that uses the core alone: it finds in the text what it recorded, and no thread but its
 * own. EXPECTED_VERSION is the version that the package says it has. */
#include "../expect.h"

#include <promlet/promlet.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>

PROMLET_STATIC_COUNTER(restarts, "restarts_total", "Restarts.");

static int count_threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = 0;
    if (tasks == NULL) {
        return -1;
    }
    for (struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        count += entry->d_name[0] != '.';
    }
    closedir(tasks);
    return count;
}

static void record(void)
{
    promlet_counter_family *requests = promlet_counter_family_new(
        NULL, &(promlet_opts){
                  .name = "requests_total", .help = "Requests.", .labels = {"method", "status"}});
    promlet_histogram *size = promlet_histogram_new(
        NULL, &(promlet_opts){.name = "size_bytes", .help = "Size.", PROMLET_BOUNDS(10, 100)});
    promlet_counter_inc(promlet_counter_with(requests, "GET", "200"));
    promlet_histogram_observe(size, 50);
    promlet_counter_add_u64(restarts, 3);
}

static void check_text(void)
{
    char *text = promlet_get_metrics();
    expect(text != NULL, "a text");
    if (text != NULL) {
        expect(strstr(text, "\nrequests_total{method=\"GET\",status=\"200\"} 1\n") != NULL,
               "the line of requests_total");
        expect(strstr(text, "\nsize_bytes_bucket{le=\"100.0\"} 1\n") != NULL,
               "the line of size_bytes_bucket");
        expect(strstr(text, "\nrestarts_total 3\n") != NULL, "the line of restarts_total");
    }
    if (failures > 0) {
        fprintf(stderr, "the text is\n%s", text == NULL ? "" : text);
    }
    promlet_free(text);
}

int main(void)
{
    expect(count_threads() == 1, "one thread before promlet is used");
    expect(strcmp(promlet_version(), EXPECTED_VERSION) == 0, "the package's version to be linked");
    expect(strcmp(PROMLET_VERSION_STRING, EXPECTED_VERSION) == 0, "the package's version in C");
    record();
    check_text();
    expect(count_threads() == 1, "one thread after promlet was used");
    return failures == 0 ? 0 : 1;
}
