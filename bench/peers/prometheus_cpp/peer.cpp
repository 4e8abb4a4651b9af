// SPDX-License-Identifier: Apache-2.0
/* Drives prometheus-cpp through the workloads of bench/README.md.

   Series are kept as references, which Family::Add returns and the client keeps valid. The calls by
   labels are Family::Add with a braced map, the only way by which the client finds a series; it
   builds the map, and a metric to throw away, at each call. Its Summary has no form without the
   quantile estimator, so `summary` and `summary_by` give it no quantiles and a single age bucket,
   which is the least it can do. It has no timer. */

#include "encoding.hpp"
#include "rings.hpp"
#include "serving.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <latch>
#include <map>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

namespace
{

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;
using prometheus::Labels;
using prometheus::Registry;
using prometheus::Summary;
using Clock = std::chrono::steady_clock;
using Bounds = Histogram::BucketBoundaries;

/* Operations between two looks at the flag that says stop: by handle, and by labels, which take a
   thousand times as long here. */
constexpr size_t kept_burst = 4096;
constexpr size_t found_burst = 512;

constexpr std::chrono::seconds summary_age{60};

Labels labels_of(const Identity &id)
{
    return {{label_names[0], id.system},
            {label_names[1], id.database},
            {label_names[2], id.collection},
            {label_names[3], id.operation},
            {label_names[4], id.error}};
}

struct Job {
    size_t threads;
    bool is_shared;
    std::chrono::milliseconds length;
};

struct Outcome {
    uint64_t measured;
    Clock::duration wall;
    uint64_t all; // with what was recorded before and after the measured time
};

/* What one thread has recorded so far, on cache lines of its own. */
struct alignas(128) Progress {
    std::atomic<uint64_t> operations{0};
};

struct Sample {
    uint64_t operations;
    Clock::time_point time;
};

Sample sample_of(const std::vector<Progress> &threads)
{
    uint64_t operations = 0;
    for (const auto &thread : threads) {
        operations += thread.operations.load(std::memory_order_relaxed); // relaxed: a mere count
    }
    return {operations, Clock::now()};
}

/* Has all threads record at once, and counts what they do in the time after the warm-up.
   `prepare(thread)` returns what one thread does with a place in the rings. */
template <typename Prepare> Outcome measure(const Job &job, size_t burst, Prepare prepare)
{
    std::atomic<bool> is_stopping{false};
    std::latch ready(static_cast<std::ptrdiff_t>(job.threads) + 1);
    std::vector<Progress> progress(job.threads);
    auto work = [&](size_t thread, auto record) {
        size_t at = thread * ring_step;
        uint64_t operations = 0;
        ready.arrive_and_wait();
        do { // at least once, however short of CPUs the machine is
            for (size_t i = 0; i < burst; i++) {
                record(at++ % ring_size);
            }
            operations += burst;
            // relaxed, both: a mere count, and the join orders all the rest
            progress[thread].operations.store(operations, std::memory_order_relaxed);
        } while (!is_stopping.load(std::memory_order_relaxed));
    };
    std::vector<std::jthread> workers;
    for (size_t thread = 0; thread < job.threads; thread++) {
        workers.emplace_back(work, thread, prepare(thread));
    }
    ready.arrive_and_wait();
    std::this_thread::sleep_for(job.length / 10);
    const Sample start = sample_of(progress);
    std::this_thread::sleep_for(job.length);
    const Sample end = sample_of(progress);
    is_stopping = true;
    workers.clear();
    return {end.operations - start.operations, end.time - start.time,
            sample_of(progress).operations};
}

constexpr auto increment = [](Counter &counter, double) { counter.Increment(); };
constexpr auto set = [](Gauge &gauge, double value) { gauge.Set(value); };
constexpr auto observe = [](auto &series, double value) { series.Observe(value); };

/* One run: the registry, what goes into it, and the check at the end. */
class Bench
{
  public:
    explicit Bench(const Job &job) : job_(job)
    {
    }

    void counter()
    {
        auto &family = counters();
        report_counted(family, by_handle(family, increment));
    }

    void histogram(const Bounds &bounds)
    {
        auto &family = histograms("recorded_seconds");
        report_counted(family, by_handle(family, observe, bounds));
    }

    void summary()
    {
        auto &family = summaries();
        report_counted(family, by_handle(family, observe, Summary::Quantiles{}, summary_age, 1));
    }

    void gauge()
    {
        auto &family = gauges();
        report_set(family, by_handle(family, set), 0);
    }

    void counter_by()
    {
        auto &family = counters();
        report_counted(family, by_labels(family, increment));
    }

    void gauge_by()
    {
        auto &family = gauges();
        report_set(family, by_labels(family, set), series_count - 1);
    }

    void histogram_by(const Bounds &bounds)
    {
        auto &family = histograms("recorded_seconds");
        report_counted(family, by_labels(family, observe, bounds));
    }

    void summary_by()
    {
        auto &family = summaries();
        report_counted(family, by_labels(family, observe, Summary::Quantiles{}, summary_age, 1));
    }

    /* Runs a workload while one more thread encodes the registry, as the client's exposer does. */
    template <typename Workload> void scraped(Workload workload)
    {
        auto &family = histograms("scraped_seconds");
        for (size_t i = 0; i < series_count; i++) {
            auto &histogram = family.Add(labels_of(identity_at(i)), bounds9);
            std::for_each_n(rings_.values.begin(), 20, [&](double v) { histogram.Observe(v); });
        }
        uint64_t scrapes = 0;
        size_t bytes = 0;
        std::jthread scraper([&](std::stop_token stop) {
            const prometheus::TextSerializer serializer;
            for (; !stop.stop_requested(); scrapes++) {
                bytes = serializer.Serialize(registry_.Collect()).size();
            }
        });
        workload();
        scraper.request_stop();
        scraper.join();
        std::cout << "note: " << scrapes << " scrapes of " << bytes << " bytes\n";
    }

  private:
    Family<Counter> &counters()
    {
        return prometheus::BuildCounter().Name("recorded_total").Help("-").Register(registry_);
    }

    Family<Gauge> &gauges()
    {
        return prometheus::BuildGauge().Name("recorded").Help("-").Register(registry_);
    }

    Family<Summary> &summaries()
    {
        return prometheus::BuildSummary().Name("recorded").Help("-").Register(registry_);
    }

    Family<Histogram> &histograms(const std::string &name)
    {
        return prometheus::BuildHistogram().Name(name).Help("-").Register(registry_);
    }

    template <typename Metric, typename Record, typename... Args>
    Outcome by_handle(Family<Metric> &family, Record record, const Args &...args)
    {
        return measure(job_, kept_burst, [&](size_t thread) {
            const std::string owner = std::to_string(job_.is_shared ? 0 : thread);
            Metric &series = family.Add({{"thread", owner}}, args...);
            return [this, record, &series](size_t at) { record(series, rings_.values[at]); };
        });
    }

    template <typename Metric, typename Record, typename... Args>
    Outcome by_labels(Family<Metric> &family, Record record, const Args &...args)
    {
        for (size_t i = 0; i < series_count; i++) {
            family.Add(labels_of(identity_at(i)), args...);
        }
        return measure(job_, found_burst, [&](size_t) {
            return [&](size_t at) {
                record(family.Add(labels_of(rings_.identities[at]), args...), rings_.values[at]);
            };
        });
    }

    void report(const Outcome &outcome)
    {
        const auto wall = std::chrono::duration_cast<std::chrono::nanoseconds>(outcome.wall);
        std::cout << outcome.measured << ' ' << wall.count() << std::endl;
    }

    /* Checks first that each gauge holds a value of the ring, but for so many that no thread may
       have come to. */
    void report_set(const Family<Gauge> &family, const Outcome &outcome, size_t unset_allowed)
    {
        size_t unset = 0;
        const auto collected = family.Collect();
        for (const auto &metric : collected.at(0).metric) {
            const double value = metric.gauge.value;
            if (value == 0 && unset < unset_allowed) {
                unset++;
            } else if (std::ranges::find(rings_.values, value) == rings_.values.end()) {
                throw std::runtime_error("a gauge holds a value that was never set");
            }
        }
        report(outcome);
    }

    /* Checks first that the family holds as many records as were made. */
    template <typename Metric>
    void report_counted(const Family<Metric> &family, const Outcome &outcome)
    {
        double total = 0; // A series of one type has zeros in the fields of the others.
        const auto collected = family.Collect();
        for (const auto &metric : collected.at(0).metric) {
            total += metric.counter.value + static_cast<double>(metric.histogram.sample_count) +
                     static_cast<double>(metric.summary.sample_count);
        }
        const auto expected = static_cast<double>(outcome.all);
        if (total != expected) {
            throw std::runtime_error("holds " + std::to_string(total) + " records instead of " +
                                     std::to_string(expected));
        }
        report(outcome);
    }

    Job job_;
    Rings rings_;
    Registry registry_;
};

long resident_bytes()
{
    long size = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

/* Prints by how much a series lets the process grow. */
template <typename Create> void measure_memory(long count, Create create)
{
    auto value = [](std::string prefix, long i) { return prefix.append(std::to_string(i)); };
    auto labels_at = [&](long i) -> Labels {
        return {{"node", value("n", i / 1000)},
                {"set", value("s", i / 10 % 100)},
                {"op", value("o", i % 10)}};
    };
    const long before = resident_bytes();
    for (long i = 0; i < count; i++) {
        create(labels_at(i));
    }
    std::cout << (resident_bytes() - before) / count << " 0" << std::endl;
}

void run_memory(const std::string &workload, long count)
{
    Registry registry;
    if (workload == "memory_counter") {
        auto &family = prometheus::BuildCounter().Name("kept_total").Help("-").Register(registry);
        measure_memory(count, [&](const Labels &labels) { family.Add(labels).Increment(); });
    } else {
        auto &family =
            prometheus::BuildHistogram().Name("kept_seconds").Help("-").Register(registry);
        const Rings rings;
        measure_memory(count, [&](const Labels &labels) {
            auto &histogram = family.Add(labels, bounds9);
            std::for_each_n(rings.values.begin(), 20, [&](double v) { histogram.Observe(v); });
        });
    }
}

/* Returns false if the client has no such thing. */
bool run(const std::string &workload, const Job &job)
{
    Bench bench(job);
    const std::map<std::string, std::function<void()>> workloads{
        {"counter", [&] { bench.counter(); }},
        {"gauge", [&] { bench.gauge(); }},
        {"histogram9", [&] { bench.histogram(bounds9); }},
        {"histogram20", [&] { bench.histogram(bounds20); }},
        {"summary", [&] { bench.summary(); }},
        {"counter_by", [&] { bench.counter_by(); }},
        {"gauge_by", [&] { bench.gauge_by(); }},
        {"histogram9_by", [&] { bench.histogram_by(bounds9); }},
        {"histogram20_by", [&] { bench.histogram_by(bounds20); }},
        {"summary_by", [&] { bench.summary_by(); }},
        {"counter_scraped", [&] { bench.scraped([&] { bench.counter(); }); }},
        {"histogram9_scraped", [&] { bench.scraped([&] { bench.histogram(bounds9); }); }},
    };
    const auto found = workloads.find(workload);
    if (found == workloads.end()) {
        return false;
    }
    found->second();
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    const std::vector<std::string> args(argv + 1, argv + argc);
    try {
        if (args.size() == 1 && args[0] == "streams") {
            std::printf("%016jx\n", static_cast<uintmax_t>(Rings{}.checksum()));
            return 0;
        }
        if (args.size() == 2 && (args[0] == "memory_counter" || args[0] == "memory_histogram9")) {
            run_memory(args[0], std::stol(args[1]));
            return 0;
        }
        if (args.size() == 1 && run_serve(args[0])) {
            return 0;
        }
        if (args.size() != 4 || (args[2] != "same" && args[2] != "different")) {
            throw std::invalid_argument("usage: WORKLOAD THREADS same|different MILLISECONDS");
        }
        const Job job{std::stoul(args[1]), args[2] == "same",
                      std::chrono::milliseconds{std::stol(args[3])}};
        if (!run(args[0], job) && !run_scrape(args[0], job.length)) {
            std::cerr << "prometheus_cpp: the client has nothing for " << args[0] << "\n";
            return 3;
        }
    } catch (const std::exception &error) {
        std::cerr << "prometheus_cpp: " << error.what() << "\n";
        return 1;
    }
    return 0;
}
