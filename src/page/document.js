// SPDX-License-Identifier: Apache-2.0
// Reads documents of metrics: the text formats, OpenMetrics 1.0 and 2.0.
//
// A family has name, type, help, unit and series, a Map from a key to a series. A series has
// labels, [[name, value], ...], and what its type asks for: value and text, a number and how it is
// written; distribution (distribution.js); states, [[name, is on], ...]; or count, sum and
// quantiles, [[quantile, value], ...].
'use strict';

const QUOTED = String.raw`"([^"\\]*(?:\\.[^"\\]*)*)"`;
const HEAD = new RegExp(String.raw`^# (TYPE|HELP|UNIT) (?:${QUOTED}|(\S+)) ?(.*)$`, 's');
// One entry within braces: a label, or the name of a metric, which stands alone and in quotes.
const ENTRY = new RegExp(
    String.raw`\s*(?:${QUOTED}|([^\s={},"]+))\s*(?:=\s*${QUOTED})?\s*,?\s*`, 'sy');
const FIELD = /(\w+):(\[[^\]]*\]|[^,}]*)/g;

// What the names of a family's samples have behind its own.
const SUFFIXES = {
    counter: ['_total', '_created'],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    gaugehistogram: ['_bucket', '_gsum', '_gcount'],
    summary: ['_sum', '_count', '_created'],
    info: ['_info'],
};

function unescaped(text) {
    return text.includes('\\') ? text.replace(/\\(.)/gs, (_, c) => c === 'n' ? '\n' : c) : text;
}

function numberOf(text) {
    const word = /^([+-]?)(inf|nan)/i.exec(text);
    if (word !== null) {
        return word[2].toLowerCase() === 'nan' ? NaN : word[1] === '-' ? -Infinity : Infinity;
    }
    if (text === '' || Number.isNaN(Number(text))) {
        throw new SyntaxError(`not a number: ${text}`);
    }
    return Number(text);
}

// Timestamps, start times and exemplars behind the value are not read.
function readSample(line) {
    let at = line.search(/[{\s]/);
    const sample = {name: line.slice(0, at), labels: [], text: ''};
    if (line[at] === '{') {
        for (at++; line[at] !== '}'; at = ENTRY.lastIndex) {
            ENTRY.lastIndex = at;
            const [, quoted, plain, value] = ENTRY.exec(line);
            if (value === undefined) {
                sample.name = unescaped(quoted);
            } else {
                sample.labels.push([plain ?? unescaped(quoted), unescaped(value)]);
            }
        }
        at++;
    }
    const rest = line.slice(at).trimStart();
    sample.text = rest[0] === '{' ? rest.slice(0, rest.indexOf('}') + 1) : rest.split(' ', 1)[0];
    return sample;
}

// "{count:2,bucket:[1.0:1,+Inf:2]}" as {count: '2', bucket: [['1.0', '1'], ['+Inf', '2']]}.
function readFields(text) {
    const fields = {};
    for (const [, name, value] of text.matchAll(FIELD)) {
        fields[name] = value[0] !== '[' ? value
            : value.slice(1, -1).split(',').filter(Boolean).map((entry) => entry.split(':'));
    }
    return fields;
}

// ---- what a sample adds to its family ----

function seriesOf(family, labels) {
    const key = JSON.stringify(labels);
    let series = family.series.get(key);
    if (series === undefined) {
        series = {labels};
        if (/histogram$/.test(family.type)) {
            series.distribution = newDistribution();
        } else if (family.type === 'summary') {
            Object.assign(series, {count: NaN, sum: NaN, quantiles: []});
        } else if (family.type === 'stateset') {
            series.states = [];
        }
        family.series.set(key, series);
    }
    return series;
}

// Takes a label out of a list; undefined if it is not there.
function takeLabel(labels, name) {
    const at = labels.findIndex((label) => label[0] === name);
    return at < 0 ? undefined : labels.splice(at, 1)[0][1];
}

function addToHistogram(family, suffix, {labels, text}) {
    const bound = suffix === '_bucket' ? numberOf(takeLabel(labels, 'le')) : NaN;
    const {distribution} = seriesOf(family, labels);
    if (text[0] === '{') {
        readDistribution(distribution, readFields(text));
    } else if (suffix === '_bucket') {
        distribution.bounds.push(bound);
        distribution.cumulative.push(numberOf(text));
        distribution.count = numberOf(text);
    } else if (suffix === '_sum' || suffix === '_gsum') {
        distribution.sum = numberOf(text);
    }
}

function addToSummary(family, suffix, {labels, text}) {
    const quantile = takeLabel(labels, 'quantile');
    const series = seriesOf(family, labels);
    if (text[0] === '{') {
        const {count, sum, quantile: quantiles} = readFields(text);
        Object.assign(series, {count: numberOf(count), sum: numberOf(sum),
            quantiles: quantiles.map((pair) => pair.map(numberOf))});
    } else if (quantile !== undefined) {
        series.quantiles.push([numberOf(quantile), numberOf(text)]);
    } else {
        series[suffix.slice(1)] = numberOf(text);
    }
}

function addSample(family, suffix, sample) {
    if (suffix === '_created') {
        return;
    }
    if (/histogram$/.test(family.type)) {
        addToHistogram(family, suffix, sample);
    } else if (family.type === 'summary') {
        addToSummary(family, suffix, sample);
    } else if (family.type === 'stateset') {
        const state = takeLabel(sample.labels, sample.name);
        seriesOf(family, sample.labels).states.push([state, numberOf(sample.text) === 1]);
    } else {
        // In OpenMetrics 1.0 the family of a counter or an info has another name than in queries.
        family.name = sample.name;
        Object.assign(seriesOf(family, sample.labels),
            {value: numberOf(sample.text), text: sample.text});
    }
}

// ---- documents ----

function familyOf(families, name) {
    let family = families.get(name);
    if (family === undefined) {
        family = {name, type: 'unknown', help: '', unit: '', series: new Map()};
        families.set(name, family);
    }
    return family;
}

function readHead(families, line) {
    const [, word, quoted, plain, rest] = HEAD.exec(line);
    const family = familyOf(families, plain ?? unescaped(quoted));
    if (word === 'TYPE') {
        family.type = rest === 'untyped' ? 'unknown' : rest;
    } else {
        family[word.toLowerCase()] = unescaped(rest);
    }
    return {family, name: plain ?? unescaped(quoted)};
}

// Reads a document and returns its families, an array. A generator: it stops after every so many
// lines, so that whoever runs it can let the page live. Throws when a line can't be read.
function* readDocument(text) {
    const families = new Map();
    let head = {family: null, name: ''};
    const lines = text.split('\n');
    for (const [i, line] of lines.entries()) {
        if (i % 1000 === 999) {
            yield;
        }
        if (line[0] === '#') {
            head = HEAD.test(line) ? readHead(families, line) : head;
        } else if (line !== '') {
            const sample = readSample(line);
            const suffix = sample.name.slice(head.name.length);
            const isOwn = head.family !== null && sample.name.startsWith(head.name) &&
                (suffix === '' || SUFFIXES[head.family.type]?.includes(suffix));
            addSample(isOwn ? head.family : familyOf(families, sample.name), isOwn ? suffix : '',
                sample);
        }
    }
    return [...families.values()];
}
