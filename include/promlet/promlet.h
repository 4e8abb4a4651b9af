/* SPDX-License-Identifier: Apache-2.0 */
/*
 * promlet: metrics for C programs, in the Prometheus text format.
 *
 * Declare a metric (counter.h, gauge.h, histogram.h, summary.h, info.h, state_set.h, unknown.h, or
 * static.h at file scope), keep the handle, record with it, and expose everything with
 * promlet_get_metrics() (metrics.h) or with promlet_start_metrics_server() of <promlet/server.h>,
 * which this header does not include.
 *
 * Recording with a handle takes no lock, allocates nothing, makes no system call and cannot fail;
 * so does recording by label values, unless the series is new. Strings passed in are copied; a
 * `char *` returned is freed with promlet_free(); all else belongs to its registry. Nothing here
 * aborts, exits, prints or installs a signal handler.
 *
 * Each declaration says what it promises:
 *
 * - Thread-safe: any number of threads may be in it at once, on the same objects.
 * - Signal-safe: a signal handler may call it, whatever the thread was doing.
 * - After fork: a forked child may call it, whatever calls of promlet other threads were in. (libc
 *   itself can hang a child that was forked while another thread was in dlopen(), dlclose() or
 *   dl_iterate_phdr(), and a scrape of the default registry uses the latter.)
 * - Allocates: it asks libc for memory, and survives when there is none.
 * - Keeps errno: errno is afterwards what it was before.
 */
#ifndef PROMLET_PROMLET_H
#define PROMLET_PROMLET_H

#include <promlet/bounds.h>
#include <promlet/by_name.h>
#include <promlet/collector.h>
#include <promlet/counter.h>
#include <promlet/dashboard.h>
#include <promlet/db_client.h>
#include <promlet/describe.h>
#include <promlet/enum_labels.h>
#include <promlet/exemplar.h>
#include <promlet/family.h>
#include <promlet/gauge.h>
#include <promlet/graphite.h>
#include <promlet/histogram.h>
#include <promlet/info.h>
#include <promlet/lint.h>
#include <promlet/metrics.h>
#include <promlet/negotiation.h>
#include <promlet/parse.h>
#include <promlet/periodic.h>
#include <promlet/process.h>
#include <promlet/recording.h>
#include <promlet/registry.h>
#include <promlet/scope.h>
#include <promlet/snapshot.h>
#include <promlet/state_set.h>
#include <promlet/static.h>
#include <promlet/status.h>
#include <promlet/summary.h>
#include <promlet/text_file.h>
#include <promlet/timer.h>
#include <promlet/unknown.h>
#include <promlet/version.h>

#endif
