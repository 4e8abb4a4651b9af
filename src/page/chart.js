// SPDX-License-Identifier: Apache-2.0
// The large chart of a histogram: bars, where its quantiles lie, and its bounds.
'use strict';

const AXIS_LABELS = 5;

// Where a value lies on the axis of the bars, from 0 to 1.
function placeOf(bars, value) {
    const found = bars.findIndex((bar) => value <= bar.upper);
    const at = found < 0 ? bars.length - 1 : found; // by an error of rounding
    const {lower, upper} = bars[at];
    const part = (value - lower) / (upper - lower);
    return (at + (Number.isFinite(part) ? Math.min(part, 1) : 1)) / bars.length;
}

function chartBars(bars, unit) {
    const most = Math.max(...bars.map((bar) => bar.count));
    const svg = makeSvg('svg', {viewBox: `0 0 ${bars.length} 100`, preserveAspectRatio: 'none',
        'aria-hidden': 'true'});
    bars.forEach(({lower, upper, count}, i) => {
        const height = count > 0 ? Math.max(100 * count / most, 1) : 0;
        const range = `${formatInUnit(lower, unit)} to ${formatInUnit(upper, unit)}: `;
        svg.append(makeSvg('rect', {x: i + 0.04, y: 100 - height, width: 0.92, height},
            makeSvg('title', {}, range + count.toLocaleString('en'))));
    });
    return svg;
}

function placed(text, place, name) {
    const element = make('span', {class: place > 0.92 ? `${name} late` : name}, text);
    element.style.left = `${(100 * place).toFixed(2)}%`;
    return element;
}

function chartAxis(bars, unit) {
    const axis = make('div', {class: 'axis', 'aria-hidden': 'true'});
    const step = Math.ceil(bars.length / AXIS_LABELS);
    for (let i = step - 1; i < bars.length; i += step) {
        axis.append(placed(formatInUnit(bars[i].upper, unit), (i + 1) / bars.length, 'bound'));
    }
    return axis;
}

function makeChart(distribution, family) {
    const unit = unitOf(family);
    const bars = barsOf(distribution, 60);
    const plot = make('div', {class: 'plot'}, chartBars(bars, unit));
    for (const [quantile, value] of quantilesOf(distribution)) {
        if (Number.isFinite(value)) {
            plot.append(placed(quantileName(quantile), placeOf(bars, value), 'mark'));
        }
    }
    const kind = distribution.native !== null ? 'native buckets' : 'classic buckets';
    const chart = make('figure', {class: 'chart'}, plot, chartAxis(bars, unit),
        make('figcaption', {}, `All values since the start, in ${kind}`));
    chart.style.maxWidth = `${5 * bars.length}rem`; // a few bars look better close together
    return chart;
}
