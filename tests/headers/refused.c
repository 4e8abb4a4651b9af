/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes that compilers find, one a value of MISTAKE, in C and C++ alike; without one, none. */
#include <promlet/promlet.h>

#define METHODS(VALUE) VALUE(METHOD_GET, "GET") VALUE(METHOD_POST, "POST")
#define STATUSES(VALUE) VALUE(STATUS_OK, "200") VALUE(STATUS_NOT_FOUND, "404")
enum method { METHODS(PROMLET_ENUMERATOR) METHOD_OTHER };
enum status { STATUSES(PROMLET_ENUMERATOR) STATUS_OTHER };
PROMLET_ENUM_LABEL(method, "method", METHODS);
PROMLET_ENUM_LABEL(status, "status", STATUSES);
PROMLET_TABLE(counter, requests, method, status);

int main(void)
{
    promlet_opts options = {"requests_total"};
    promlet_label get = {"method", "GET"};
    (void)get;
    promlet_counter_table_new(&requests, NULL, &options);
#if MISTAKE == 1
    promlet_counter_inc(requests.by[METHOD_OTHER][STATUS_OK]);
#elif MISTAKE == 2
    promlet_counter_inc(requests.by[METHOD_GET][STATUS_OTHER]);
#elif MISTAKE == 3
    promlet_counter_inc(requests.by[METHOD_GET]);
#elif MISTAKE == 4
    promlet_gauge_table_new(&requests, NULL, &options);
#elif MISTAKE == 5
    promlet_gauge_set_by(promlet_counter_family_curry(requests.family, get), 1, "200");
#elif MISTAKE == 6
    promlet_gauge_family_curry(requests.family, get);
#else
    promlet_counter_inc(requests.by[METHOD_GET][STATUS_OK]);
    promlet_counter_inc_by(promlet_counter_family_curry(requests.family, get), "200");
#endif
    return 0;
}
