-- SPDX-License-Identifier: Apache-2.0
-- Has wrk say as JSON, in the last line, what it measured. During that it runs nothing of this.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('\n{"requests": %d, "us": %d, "p99_us": %d, "errors": %d, "lost": %d}\n',
        summary.requests, summary.duration, latency:percentile(99), errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
