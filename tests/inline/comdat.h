// SPDX-License-Identifier: Apache-2.0
// Recordings in functions that each file which includes this compiles, and of which the linker
// keeps one: the sections of the others, with all that describes them, must go as well.
#ifndef TESTS_INLINE_COMDAT_H
#define TESTS_INLINE_COMDAT_H

#include <promlet/promlet.h>

#include <promlet/inline.h>

struct comdat_metrics {
    promlet_counter *jobs;      // per-CPU cells
    promlet_histogram *seconds; // per-CPU cells
    promlet_gauge *depth;
};

inline void record_inline(const comdat_metrics &metrics)
{
    promlet_counter_inc(metrics.jobs);
    promlet_histogram_observe(metrics.seconds, 0.5);
}

template <typename Number> void record_template(const comdat_metrics &metrics, Number amount)
{
    promlet_counter_add(metrics.jobs, static_cast<double>(amount));
    promlet_gauge_add(metrics.depth, static_cast<double>(amount));
}

class recorder
{
  public:
    explicit recorder(const comdat_metrics &metrics) : metrics_(metrics)
    {
    }

    void record() const
    {
        const auto inner = [this](double seconds) {
            ::promlet_histogram_observe(metrics_.seconds, seconds);
        };
        promlet_counter_add_u64(metrics_.jobs, 2);
        inner(2.0);
    }

  private:
    comdat_metrics metrics_;
};

// All of the above. Each file has one of its own, which the linker must not take for the other's.
static inline void record_all(const comdat_metrics &metrics)
{
    record_inline(metrics);
    record_template<int>(metrics, 1);
    record_template<float>(metrics, 0.25F);
    recorder(metrics).record();
}

void record_in_other_file(const comdat_metrics &metrics);

#endif
