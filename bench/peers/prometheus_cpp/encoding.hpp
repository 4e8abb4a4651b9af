// SPDX-License-Identifier: Apache-2.0
/* The workloads that collect and encode a whole registry again and again. */
#ifndef PROMLET_BENCH_PEERS_ENCODING_HPP
#define PROMLET_BENCH_PEERS_ENCODING_HPP

#include "rings.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

/* A registry that is encoded. */
struct Shape {
    const char *metric;
    bool is_histogram;
    size_t series;

    size_t lines() const
    {
        return series * (is_histogram ? bounds9.size() + 3 : 1);
    }

    prometheus::Labels labels(size_t number) const
    {
        if (series == series_count) {
            const Identity id = identity_at(number);
            return {{label_names[0], id.system},
                    {label_names[1], id.database},
                    {label_names[2], id.collection},
                    {label_names[3], id.operation},
                    {label_names[4], id.error}};
        }
        char node[32], space[32], operation[32];
        std::snprintf(node, sizeof node, "node-%04zu", number / 1000);
        std::snprintf(space, sizeof space, "ns-%02zu", number / 10 % 100);
        std::snprintf(operation, sizeof operation, "op-%zu", number % 10);
        return {{"node", node}, {"namespace", space}, {"operation", operation}};
    }
};

inline std::optional<Shape> shape_of(const std::string &name)
{
    constexpr const char *operations_metric = "cluster_operations_total";
    constexpr const char *duration_metric = "cluster_operation_duration_seconds";
    const std::map<std::string, Shape> shapes{
        {"h120", {"db_client_operation_duration_seconds", true, series_count}},
        {"counter1k", {operations_metric, false, 1000}},
        {"counter10k", {operations_metric, false, 10000}},
        {"counter100k", {operations_metric, false, 100000}},
        {"counter1m", {operations_metric, false, 1000000}},
        {"histogram10k", {duration_metric, true, 10000}},
        {"histogram100k", {duration_metric, true, 100000}},
    };
    const auto found = shapes.find(name);
    return found == shapes.end() ? std::nullopt : std::optional(found->second);
}

/* The registry of a shape, and the thousand series that a recorder goes through. */
class Encoded
{
  public:
    explicit Encoded(const Shape &shape) : shape_(shape)
    {
        if (shape.is_histogram) {
            fill_histograms();
        } else {
            fill_counters();
        }
    }

    std::string encode() const
    {
        return prometheus::TextSerializer().Serialize(registry_->Collect());
    }

    std::weak_ptr<prometheus::Collectable> collectable() const
    {
        return registry_;
    }

    void record()
    {
        for (auto *counter : counters_) {
            counter->Increment();
        }
        for (size_t i = 0; i < histograms_.size(); i++) {
            histograms_[i]->Observe(rings_.values[i]);
        }
    }

    void check(const std::string &text) const
    {
        const std::string begin = std::string("\n") + shape_.metric;
        size_t found = 0;
        for (size_t at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
            found++;
        }
        if (found != shape_.lines()) {
            throw std::runtime_error("encodes " + std::to_string(found) + " lines instead of " +
                                     std::to_string(shape_.lines()));
        }
    }

  private:
    bool is_recorded(size_t number) const
    {
        return number % std::max<size_t>(1, shape_.series / 1000) == 0;
    }

    void fill_counters()
    {
        auto &family =
            prometheus::BuildCounter().Name(shape_.metric).Help("-").Register(*registry_);
        for (size_t i = 0; i < shape_.series; i++) {
            auto &counter = family.Add(shape_.labels(i));
            counter.Increment(static_cast<double>(i * 7919 % 1000003));
            if (is_recorded(i)) {
                counters_.push_back(&counter);
            }
        }
    }

    void fill_histograms()
    {
        auto &family =
            prometheus::BuildHistogram().Name(shape_.metric).Help("-").Register(*registry_);
        for (size_t i = 0; i < shape_.series; i++) {
            auto &histogram = family.Add(shape_.labels(i), bounds9);
            const auto start = static_cast<std::ptrdiff_t>(i * 20 % (ring_size - 20));
            std::for_each_n(rings_.values.begin() + start, 20,
                            [&](double value) { histogram.Observe(value); });
            if (is_recorded(i)) {
                histograms_.push_back(&histogram);
            }
        }
    }

    Shape shape_;
    Rings rings_;
    std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
    std::vector<prometheus::Counter *> counters_;
    std::vector<prometheus::Histogram *> histograms_;
};

/* Returns false if there is no such workload. */
inline bool run_scrape(std::string workload, std::chrono::milliseconds length)
{
    using Clock = std::chrono::steady_clock;
    const std::string_view begin = "scrape_", end = "_recorded";
    const bool is_recorded = workload.ends_with(end);
    workload.resize(workload.size() - (is_recorded ? end.size() : 0));
    const auto shape =
        workload.starts_with(begin) ? shape_of(workload.substr(begin.size())) : std::nullopt;
    if (!shape) {
        return false;
    }
    Encoded encoded(*shape);
    std::jthread recorder([&](std::stop_token stop) {
        while (is_recorded && !stop.stop_requested()) {
            encoded.record();
        }
    });
    std::string text = encoded.encode();
    encoded.check(text);
    size_t lines = 0;
    const auto start = Clock::now();
    do {
        text = encoded.encode();
        lines += shape->lines();
    } while (Clock::now() - start < length);
    const auto wall = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start);
    std::cout << lines << ' ' << wall.count() << '\n'
              << "note: a document of " << text.size() << " bytes" << std::endl;
    return true;
}

#endif
