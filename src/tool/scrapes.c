/* SPDX-License-Identifier: Apache-2.0 */
/* Scraping, and keeping two. */
#include "tool/scrapes.h"

#include <time.h>

double pml_scrapes_clock(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool pml_scrapes_open(pml_scrapes *scrapes, const char *url, const pml_source_options *options)
{
    *scrapes = (pml_scrapes){.fetch = NULL};
    scrapes->fetch = pml_fetch_new(url, options, &scrapes->why);
    return scrapes->fetch != NULL;
}

void pml_scrapes_start(pml_scrapes *scrapes)
{
    const pml_sink sink = pml_collecting(&scrapes->collected);
    scrapes->started = pml_scrapes_clock();
    scrapes->is_running = true;
    pml_fetch_start(scrapes->fetch, &sink);
}

static void free_scrape(pml_scrape *scrape)
{
    pml_metrics_free(&scrape->metrics);
    promlet_document_free(scrape->document);
    *scrape = (pml_scrape){.document = NULL};
}

/* What is shown stays while the target is down; rates are then between the scrapes around that. */
static void fail(pml_scrapes *scrapes, const char *why)
{
    if (!scrapes->is_down) {
        scrapes->down_since = scrapes->started;
    }
    scrapes->is_down = true;
    if (why != NULL) {
        pml_buffer_clear(&scrapes->why);
        pml_buffer_text(&scrapes->why, why);
    }
}

static void count_line(void *ctx, const promlet_parse_error *error)
{
    size_t *count = ctx;
    (void)error;
    ++*count;
}

static void keep(pml_scrapes *scrapes)
{
    size_t bad_count = 0;
    pml_buffer_clear(&scrapes->why);
    promlet_document *document =
        pml_collected_parse(&scrapes->collected, count_line, &bad_count, &scrapes->why);
    if (document == NULL) {
        fail(scrapes, NULL);
        return;
    }
    free_scrape(&scrapes->before);
    scrapes->before = scrapes->now;
    scrapes->now =
        (pml_scrape){.document = document, .bad_count = bad_count, .time = scrapes->started};
    pml_metrics_make(&scrapes->now.metrics, document);
    scrapes->is_down = false;
}

bool pml_scrapes_run(pml_scrapes *scrapes, const struct pollfd *others, size_t count, int wait_ms)
{
    switch (pml_fetch_run(scrapes->fetch, others, count, wait_ms)) {
    case PML_FETCH_RUNS:
        return false;
    case PML_FETCH_DONE:
        keep(scrapes);
        break;
    case PML_FETCH_FAILED:
        fail(scrapes, pml_fetch_why(scrapes->fetch));
        break;
    }
    scrapes->is_running = false;
    return true;
}

void pml_scrapes_close(pml_scrapes *scrapes)
{
    free_scrape(&scrapes->now);
    free_scrape(&scrapes->before);
    pml_fetch_free(scrapes->fetch);
    pml_buffer_free(&scrapes->collected.text);
    pml_buffer_free(&scrapes->why);
}
