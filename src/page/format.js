// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them.
'use strict';

// Each with what it is counted from: 100 s are said as seconds, 130 s as minutes.
const TIMES = [['d', 86400, 172800], ['h', 3600, 7200], ['min', 60, 120], ['s', 1, 1],
    ['ms', 1e-3, 1e-3], ['µs', 1e-6, 1e-6], ['ns', 1e-9, 0]];
const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

// The unit that a family declares, or that its name ends in.
function unitOf(family) {
    return family.unit || /_(seconds|bytes)(_total)?$/.exec(family.name)?.[1] || '';
}

function digits(value, count) {
    return value.toLocaleString('en', {maximumSignificantDigits: count});
}

function formatSeconds(value) {
    if (value === 0) {
        return '0 s';
    }
    const [name, size] = TIMES.find(([, , from]) => Math.abs(value) >= from);
    return `${digits(value / size, 3)} ${name}`;
}

function formatBytes(value) {
    let step = 0;
    while (Math.abs(value) >= 1000 && step < SIZES.length - 1) {
        value /= 1024;
        step++;
    }
    return `${digits(value, 3)} ${SIZES[step]}`;
}

// Whole numbers to the last digit, which text has where a double has not.
function formatNumber(value, text = String(value)) {
    const whole = /^(-?\d+)(?:\.0)?$/.exec(text);
    if (whole !== null) {
        return whole[1].replace(/\B(?=(\d{3})+$)/g, ',');
    }
    if (!Number.isFinite(value)) {
        return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    }
    const size = Math.abs(value);
    if (size >= 1e15 || size < 1e-4) {
        return String(Number(value.toPrecision(6)));
    }
    return size < 1000 ? digits(value, 6) : value.toLocaleString('en', {maximumFractionDigits: 2});
}

function formatInUnit(value, unit, text) {
    if (unit === 'seconds' && Number.isFinite(value)) {
        return formatSeconds(value);
    }
    return unit === 'bytes' && Number.isFinite(value) ? formatBytes(value)
        : formatNumber(value, text);
}

// Seconds since 1970 are a time.
function formatValue(value, family, text) {
    const isTime = /_time(stamp)?_seconds$/.test(family.name) && value > 1e8 && value < 1e11;
    return isTime ? new Date(value * 1000).toLocaleString('sv')
        : formatInUnit(value, unitOf(family), text);
}

function formatRate(rate, unit) {
    return unit === 'bytes' ? formatBytes(rate)
        : rate < 1000 ? digits(rate, 3) : formatNumber(Math.round(rate));
}

function formatCount(count, one, several) {
    return `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
}
