// SPDX-License-Identifier: Apache-2.0
// Fetches the document again and again while somebody looks, and shows what is searched for.
'use strict';

const FIRST_REFRESH_MS = 1000;
const REFRESH_MS = 5000;
const ANSWER_MS = 30000;
const FAMILIES_A_PAGE = 200;
const SLICE_MS = 12;

// OpenMetrics 2.0 says most: types, units, native buckets, and a histogram in one line.
const ACCEPT = 'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8,' +
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.8,text/plain;q=0.5';

const page = {};
for (const id of ['counts', 'search', 'updated', 'pause', 'source', 'problem', 'note', 'families',
    'more']) {
    page[id] = document.getElementById(id);
}

const rows = new Map();
let limit = FAMILIES_A_PAGE;
let latest = null; // {families, byName, at}
let earlier = null;
let isPaused = false;
let isFetching = false;
let timer = 0;

// ---- what is searched for ----

function searchedWords() {
    return page.search.value.toLowerCase().replaceAll('"', '').split(/\s+/).filter(Boolean);
}

function textOfFamily(family) {
    family.text ??= `${family.name} ${family.type} ${family.help}`.toLowerCase();
    return family.text;
}

function textOfSeries(series) {
    series.searched ??= series.labels.map(([name, value]) => `${name}=${value}`).join(' ')
        .toLowerCase();
    return series.searched;
}

// The entries of a family's series in which those words are found that are not said of the family;
// null if there are none.
function matchingSeries(family, words) {
    const left = words.filter((word) => !textOfFamily(family).includes(word));
    const found = [...family.series].filter(([, series]) =>
        left.every((word) => textOfSeries(series).includes(word)));
    return found.length > 0 || left.length === 0 ? found : null;
}

// ---- the table ----

function rowOf(family) {
    let row = rows.get(family.name);
    if (row === undefined) {
        row = new FamilyRow(family.name, rows.size, showAll);
        rows.set(family.name, row);
    }
    return row;
}

function showRows(elements) {
    const focused = document.activeElement;
    replaceOnlyIfOthers(page.families, [page.families.tHead, ...elements]);
    if (focused !== document.activeElement && focused.isConnected) {
        focused.focus();
    }
}

function showCounts(found, total, series) {
    const families = formatCount(total, 'family', 'families');
    fill(page.counts, [found < total ? `${formatNumber(found)} of ${families}`
        : `${families}, ${formatNumber(series)} series`]);
}

function showText(element, text) {
    fill(element, [text]);
    element.hidden = text === '';
}

function showAll() {
    if (latest === null) {
        return;
    }
    const words = searchedWords();
    const seconds = earlier === null ? NaN : (latest.at - earlier.at) / 1000;
    const found = latest.families.map((family) => [family, matchingSeries(family, words)])
        .filter(([, matching]) => matching !== null);
    const shown = found.slice(0, limit);
    for (const [family, matching] of shown) {
        rowOf(family).update(family, matching, earlier?.byName.get(family.name), seconds);
    }
    showRows(shown.map(([family]) => rowOf(family).element));
    showCounts(found.length, latest.families.length, latest.seriesCount);
    page.families.hidden = found.length === 0;
    page.more.hidden = found.length <= limit;
    showText(page.note, latest.families.length === 0 ? 'There are no metrics yet.'
        : found.length === 0 ? `Nothing matches “${page.search.value.trim()}”.` : '');
}

// ---- documents ----

const nextTurn = () => new Promise((resolve) => setTimeout(resolve));

// Runs a generator in slices, between which the page answers to people.
async function runInSlices(generator) {
    let until = performance.now() + SLICE_MS;
    for (;;) {
        const {done, value} = generator.next();
        if (done) {
            return value;
        }
        if (performance.now() > until) {
            await nextTurn();
            until = performance.now() + SLICE_MS;
        }
    }
}

// What to say when there is no document.
class Problem extends Error {}

const SENTENCES = {
    401: 'The metrics are only shown after a login.',
    404: 'There are no metrics at this address any more.',
    503: 'The service is too busy to show its metrics.',
};

// A password in the address of the page is the browser's to send; fetch() takes none.
function addressOfMetrics() {
    const address = new URL(page.source.href);
    address.username = address.password = '';
    return address;
}

async function fetchText() {
    let response;
    try {
        response = await fetch(addressOfMetrics(),
            {headers: {Accept: ACCEPT}, cache: 'no-store', signal: AbortSignal.timeout(ANSWER_MS)});
        if (response.ok) {
            return {text: await response.text(), at: performance.now()};
        }
    } catch {
        throw new Problem('The service does not answer.');
    }
    throw new Problem(`${SENTENCES[response.status] ?? 'The service cannot show its metrics.'} ` +
        `(HTTP status ${response.status})`);
}

async function fetchDocument() {
    const {text, at} = await fetchText();
    let families;
    try {
        families = await runInSlices(readDocument(text));
    } catch {
        throw new Problem('What the service sent cannot be read as metrics.');
    }
    families.sort((one, other) => one.name < other.name ? -1 : 1);
    return {at, families, byName: new Map(families.map((family) => [family.name, family])),
        seriesCount: families.reduce((sum, family) => sum + family.series.size, 0)};
}

// ---- again and again ----

function showProblem(text) {
    showText(page.problem, text);
    document.body.classList.toggle('stale', text !== '');
}

async function refresh() {
    clearTimeout(timer);
    if (isFetching) {
        return;
    }
    isFetching = true;
    const started = performance.now();
    forgetChanges();
    try {
        const next = await fetchDocument();
        [earlier, latest] = [latest, next];
        showProblem('');
        showAll();
        page.updated.textContent = `Updated ${new Date().toLocaleTimeString('sv')}`;
    } catch (error) {
        showProblem(error instanceof Problem ? `${error.message} It is asked again and again.`
            : `This page has a fault: ${error.message}`);
    }
    isFetching = false;
    // Rates need two documents. Who needs long for one is asked less often.
    schedule(latest !== null && earlier === null ? FIRST_REFRESH_MS
        : Math.max(REFRESH_MS, 5 * (performance.now() - started)));
}

function schedule(delay) {
    clearTimeout(timer);
    if (!isPaused && !document.hidden) {
        timer = setTimeout(refresh, delay);
    }
}

// ---- people ----

page.pause.addEventListener('click', () => {
    isPaused = !isPaused;
    page.pause.textContent = isPaused ? 'Resume' : 'Pause';
    schedule(0);
});

document.addEventListener('visibilitychange', () => schedule(0));

page.search.addEventListener('input', () => {
    limit = FAMILIES_A_PAGE;
    showAll();
});

page.more.addEventListener('click', () => {
    limit += FAMILIES_A_PAGE;
    showAll();
});

// The next or the previous button of a family; from the search field the first.
function moveFocus(distance) {
    const stops = [page.search, ...page.families.querySelectorAll('button.open')];
    const at = stops.indexOf(document.activeElement);
    if (at >= 0 && at + distance >= 0 && at + distance < stops.length) {
        stops[at + distance].focus();
        return true;
    }
    return false;
}

document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    const isSearching = document.activeElement === page.search;
    if (event.key === '/' && !isSearching) {
        page.search.focus();
        page.search.select();
    } else if (event.key === 'Escape' && isSearching && page.search.value !== '') {
        page.search.value = '';
        page.search.dispatchEvent(new Event('input'));
    } else if (!['ArrowDown', 'ArrowUp'].includes(event.key) ||
        !moveFocus(event.key === 'ArrowDown' ? 1 : -1)) {
        return;
    }
    event.preventDefault();
});

document.title = `Metrics of ${location.host}`;
refresh();
