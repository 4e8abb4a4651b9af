// SPDX-License-Identifier: Apache-2.0
// What is shown of one series or of several together: as elements, for a row of a table. Texts of
// the document only ever become text nodes.
'use strict';

const QUANTILES = [0.5, 0.9, 0.99];
const SVG = 'http://www.w3.org/2000/svg';

function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    setAttributes(element, attributes);
    element.append(...children);
    return element;
}

function makeSvg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    setAttributes(element, attributes);
    element.append(...children);
    return element;
}

function setAttributes(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) {
        element.setAttribute(name, value);
    }
}

function labelList(labels) {
    const list = make('span', {class: 'labels'});
    for (const [name, value] of labels) {
        list.append(make('span', {class: 'label'}, make('i', {}, name), ' ',
            make('b', {}, value === '' ? '""' : value)), ' ');
    }
    return list;
}

// ---- distributions ----

function quantileName(quantile) {
    return `p${Number((quantile * 100).toPrecision(6))}`;
}

function quantileList(pairs, unit) {
    const list = make('span', {class: 'quantiles'});
    for (const [quantile, value] of pairs) {
        list.append(make('span', {class: 'quantile'}, make('i', {}, quantileName(quantile)), ' ',
            make('b', {}, formatInUnit(value, unit))), ' ');
    }
    return list;
}

function quantilesOf(distribution) {
    return QUANTILES.map((quantile) => [quantile, quantileOf(distribution, quantile)]);
}

// One path for all bars: a table may have hundreds of these.
function smallBars(distribution) {
    const bars = barsOf(distribution, 40);
    const most = Math.max(...bars.map((bar) => bar.count));
    const step = Math.min(120 / bars.length, 10);
    const width = step * bars.length;
    const path = bars.map(({count}, i) => count === 0 ? '' : `M${(i * step).toFixed(1)} 22` +
        `v-${Math.max(22 * count / most, 1).toFixed(1)}h${(step * 0.85).toFixed(1)}V22z`);
    return makeSvg('svg', {class: 'bars', viewBox: `0 0 ${width} 22`, width, height: 22,
        'aria-hidden': 'true'}, makeSvg('path', {d: path.join('')}));
}

function describe(count, sum, unit) {
    const mean = count > 0 && !Number.isNaN(sum) ? `, mean ${formatInUnit(sum / count, unit)}` : '';
    return formatCount(count, 'value', 'values') + mean;
}

function showDistributions(all, unit) {
    const distribution = mergeDistributions(all.map((series) => series.distribution));
    const {count, sum} = distribution;
    const quantiles = quantilesOf(distribution).filter(([, value]) => !Number.isNaN(value));
    const now = hasBars(distribution)
        ? [smallBars(distribution), quantileList(quantiles, unit)] : [];
    return {now, note: describe(count, sum, unit)};
}

function showSummaries(all, unit) {
    const count = all.reduce((sum, series) => sum + series.count, 0);
    const sum = all.reduce((whole, series) => whole + series.sum, 0);
    return {now: all.length === 1 ? [quantileList(all[0].quantiles, unit)] : [],
        note: describe(count, sum, unit)};
}

// ---- numbers ----

function amount(text, exact) {
    return make('span', {class: 'amount', title: exact}, text);
}

// Counters together are their sum; of anything else the smallest and the largest say more.
function showNumbers(all, family) {
    if (all.length === 1) {
        const [{value, text}] = all;
        return amount(formatValue(value, family, text), text);
    }
    const values = all.map((series) => series.value).filter((value) => !Number.isNaN(value));
    if (family.type === 'counter' || values.length === 0) {
        const sum = values.length === 0 ? NaN : values.reduce((one, other) => one + other);
        return amount(formatValue(sum, family), String(sum));
    }
    const least = values.reduce((one, other) => Math.min(one, other));
    const most = values.reduce((one, other) => Math.max(one, other));
    const text = formatValue(least, family);
    return amount(least === most ? text : `${text} to ${formatValue(most, family)}`,
        `${least} to ${most}`);
}

function showStates({states}) {
    const on = states.filter(([, isOn]) => isOn).map(([name]) => name);
    return make('b', {}, on.join(', ') || 'none');
}

// What series of a family show, one or all of them: now, elements, and note, what to add in words.
function showSeries(all, family) {
    const unit = unitOf(family);
    if (all.length === 0) {
        return {now: [], note: 'no series yet'};
    }
    if (/histogram$/.test(family.type)) {
        return showDistributions(all, unit);
    }
    if (family.type === 'summary') {
        return showSummaries(all, unit);
    }
    if (family.type === 'info' || family.type === 'stateset') {
        return {now: all.length > 1 ? [] : family.type === 'info' ? [labelList(all[0].labels)]
            : [showStates(all[0])], note: ''};
    }
    return {now: [showNumbers(all, family)], note: ''};
}

// ---- rates ----

const RISING = ['counter', 'histogram', 'summary'];

function totalOf(series) {
    return series.distribution?.count ?? series.count ?? series.value;
}

// How much a series has grown a second since an earlier document; undefined when that is not known.
function rateOf(key, series, earlier, seconds) {
    if (earlier === undefined || !RISING.includes(earlier.type)) {
        return undefined;
    }
    const before = earlier.series.get(key);
    const grown = totalOf(series) - (before === undefined ? 0 : totalOf(before));
    return grown >= 0 ? grown / seconds : undefined;
}

function rateOfFamily(family, earlier, seconds) {
    let sum;
    for (const [key, series] of family.series) {
        const rate = rateOf(key, series, earlier, seconds);
        sum = rate === undefined ? sum : (sum ?? 0) + rate;
    }
    return sum;
}
