/* SPDX-License-Identifier: Apache-2.0 */
/* Loading and unloading the test modules, and knowing that they are really gone. */
#ifndef TESTS_MODULES_OPEN_PLUGIN_H
#define TESTS_MODULES_OPEN_PLUGIN_H

#include "modules/plugin.h"
#include "support/expect.h"

#include <dlfcn.h>

struct open_plugin {
    void *module;
    struct plugin metrics;
};

static inline void *open_module(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL) {
        fail_msg("%s", dlerror());
    }
    return module;
}

static inline struct open_plugin open_plugin(const char *path)
{
    struct open_plugin opened = {open_module(path), {NULL, NULL, NULL, NULL}};
    plugin_metrics_fn metrics;
    /* POSIX's way around the missing conversion from void * to a function. */
    *(void **)&metrics = dlsym(opened.module, "plugin_metrics");
    assert_non_null(metrics);
    opened.metrics = metrics();
    return opened;
}

static inline void close_module(void *module, const char *path)
{
    assert_int_equal(dlclose(module), 0);
    assert_null(dlopen(path, RTLD_NOW | RTLD_NOLOAD));
}

#endif
