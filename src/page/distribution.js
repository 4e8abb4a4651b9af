// SPDX-License-Identifier: Apache-2.0
// Buckets: what a histogram knows of how its values are distributed.
//
// A distribution has count and sum; classic buckets, their upper bounds and how many values lie up
// to each; and native, null or {schema, threshold, zero, positive, negative}, whose sides are
// [[index, count], ...] in the order of their indices.
'use strict';

function newDistribution() {
    return {count: NaN, sum: NaN, bounds: [], cumulative: [], native: null};
}

// ---- from a document ----

// A span is a distance from the end of the one before, and how many buckets follow.
function readSide(spans = [], counts = []) {
    const side = [];
    let index = 0;
    for (const [distance, length] of spans) {
        index += Number(distance);
        for (let i = 0; i < Number(length); i++) {
            side.push([index++, Number(counts[side.length][0])]);
        }
    }
    return side;
}

// The fields of a sample in OpenMetrics 2.0.
function readDistribution(distribution, fields) {
    distribution.count = numberOf(fields.count ?? fields.gcount);
    distribution.sum = numberOf(fields.sum ?? fields.gsum);
    for (const [bound, count] of fields.bucket ?? []) {
        distribution.bounds.push(numberOf(bound));
        distribution.cumulative.push(Number(count));
    }
    if (fields.schema !== undefined) {
        distribution.native = {
            schema: Number(fields.schema),
            threshold: numberOf(fields.zero_threshold),
            zero: Number(fields.zero_count),
            positive: readSide(fields.positive_spans, fields.positive_buckets),
            negative: readSide(fields.negative_spans, fields.negative_buckets),
        };
    }
}

// ---- several as one ----

function mergeSides(sides, shifts) {
    const counts = new Map();
    sides.forEach((side, i) => {
        for (const [index, count] of side) {
            const coarse = Math.ceil(index / 2 ** shifts[i]);
            counts.set(coarse, (counts.get(coarse) ?? 0) + count);
        }
    });
    return [...counts].sort((one, other) => one[0] - other[0]);
}

function mergeNatives(natives) {
    const schema = Math.min(...natives.map((native) => native.schema));
    const shifts = natives.map((native) => native.schema - schema);
    return {
        schema,
        threshold: Math.max(...natives.map((native) => native.threshold)),
        zero: natives.reduce((sum, native) => sum + native.zero, 0),
        positive: mergeSides(natives.map((native) => native.positive), shifts),
        negative: mergeSides(natives.map((native) => native.negative), shifts),
    };
}

// The series of a family have the same bounds. One without a value may have no native buckets yet.
function mergeDistributions(all) {
    const [first] = all;
    const natives = all.map((one) => one.native).filter((native) => native !== null);
    const areNative = all.every((one) => one.native !== null || one.count === 0);
    return {
        count: all.reduce((sum, one) => sum + one.count, 0),
        sum: all.reduce((sum, one) => sum + one.sum, 0),
        bounds: first.bounds,
        cumulative: first.bounds.map((_, i) =>
            all.reduce((sum, one) => sum + one.cumulative[i], 0)),
        native: areNative && natives.length > 0 ? mergeNatives(natives) : null,
    };
}

// ---- buckets in the order of their values ----

// Native buckets have numbers on one axis: 0 around zero, 1 and -1 next to it. lowest is the index
// of number 1, so that the many indices below the smallest value take no room.
function axisOf(native) {
    const indices = [...native.positive, ...native.negative].map(([index]) => index);
    const lowest = indices.reduce((one, other) => Math.min(one, other), Infinity);
    const power = (index) => Math.min(2 ** (index / 2 ** native.schema), Number.MAX_VALUE);
    const upper = (number) => number > 0 ? power(number + lowest - 1)
        : number === 0 ? native.threshold : -power(-number + lowest - 2);
    const lower = (number) => number > 0 ? power(number + lowest - 2)
        : number === 0 ? -native.threshold : -power(-number + lowest - 1);
    const buckets = [
        ...native.negative.map(([index, count]) => [lowest - index - 1, count]).reverse(),
        [0, native.zero],
        ...native.positive.map(([index, count]) => [index - lowest + 1, count]),
    ].filter(([, count]) => count > 0);
    return {buckets, lower, upper};
}

// Whether there is more than a count. A bucket +Inf alone says nothing.
function hasBars(distribution) {
    return distribution !== undefined && distribution.count > 0 &&
        (distribution.native !== null || distribution.bounds.length > 1);
}

// Bars to draw, [{lower, upper, count}, ...], at most so many.
function barsOf({bounds, cumulative, native}, most) {
    let lower = (i) => i > 0 ? bounds[i - 1] : bounds[0] > 0 ? 0 : -Infinity;
    let upper = (i) => bounds[i];
    let buckets = cumulative.map((count, i) => [i, i > 0 ? count - cumulative[i - 1] : count]);
    if (native !== null) {
        ({buckets, lower, upper} = axisOf(native));
    }
    const begin = buckets[0][0];
    const end = buckets[buckets.length - 1][0];
    const width = Math.ceil((end - begin + 1) / most);
    const bars = [];
    for (let i = begin; i <= end; i += width) {
        bars.push({lower: lower(i), upper: upper(Math.min(i + width - 1, end)), count: 0});
    }
    for (const [number, count] of buckets) {
        bars[Math.floor((number - begin) / width)].count += count;
    }
    return bars;
}

// ---- quantiles, as histogram_quantile() of PromQL has them ----

function classicQuantile(quantile, {bounds, cumulative}) {
    const last = bounds.length - 1;
    const rank = quantile * cumulative[last];
    if (last < 1 || !(cumulative[last] > 0)) {
        return NaN;
    }
    const at = cumulative.findIndex((count) => count >= rank);
    if (at === last) {
        return bounds[last - 1];
    }
    if (at === 0 && bounds[0] <= 0) {
        return bounds[0];
    }
    const lower = at > 0 ? bounds[at - 1] : 0;
    const below = at > 0 ? cumulative[at - 1] : 0;
    return lower + (bounds[at] - lower) * (rank - below) / (cumulative[at] - below);
}

// The zero bucket lies on one side of 0 if all other values do.
function zeroQuantile({threshold, positive, negative}, part) {
    const lower = negative.length > 0 || positive.length === 0 ? -threshold : 0;
    const upper = positive.length > 0 || negative.length === 0 ? threshold : 0;
    return lower + (upper - lower) * part;
}

// Values are taken to be spread evenly by their logarithms, as in PromQL since Prometheus 3.
function nativeQuantile(quantile, native) {
    const {buckets, lower, upper} = axisOf(native);
    const total = buckets.reduce((sum, [, count]) => sum + count, 0);
    const rank = quantile * total;
    let below = 0;
    for (const [number, count] of buckets) {
        if (below + count < rank) {
            below += count;
            continue;
        }
        const part = (rank - below) / count;
        if (number === 0) {
            return zeroQuantile(native, part);
        }
        const [from, to] = [lower(number), upper(number)].map((at) => Math.log2(Math.abs(at)));
        return Math.sign(number) * 2 ** (from + (to - from) * part);
    }
    return NaN;
}

function quantileOf(distribution, quantile) {
    return distribution.native !== null ? nativeQuantile(quantile, distribution.native)
        : classicQuantile(quantile, distribution);
}
