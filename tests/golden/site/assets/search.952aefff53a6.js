'use strict';

// The search of a clinic's archive. It loads a year's shard only when a query needs it, the newest year first. The shard
// of a year with very many posts has no entries but leads to parts, which are shards of their own.

const PAGE_SIZE = 20;
const TYPING_PAUSE_MS = 200;
// Separates the texts of an entry, so that no match spans two of them.
const SEPARATOR = '\u0001';
const UNSPACED = /[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

// Widths, compositions, cases and Latin accents make no difference to a reader, so they make none here.
function fold(text) {
  const even = text.normalize('NFKC').toLowerCase().normalize('NFKD');
  return even.replace(/[\u0300-\u036f]/g, '').normalize('NFKC');
}

function removeSpaces(text) {
  return text.replace(/\s+/g, '');
}

function termsOf(query) {
  return fold(query).split(/\s+/).filter(Boolean);
}

function indexEntry(entry) {
  const text = fold([entry.title, entry.source_title || '', entry.excerpt, ...entry.tags].join(SEPARATOR));
  return { entry, text, tight: removeSpaces(text) };
}

// Korean writers space words differently; Japanese and Chinese use hardly any spaces.
function matches(known, terms) {
  const has = (term) => known.text.includes(term) || (UNSPACED.test(term) && known.tight.includes(term));
  return terms.length > 0 && terms.every(has);
}

function findMatching(known, query) {
  const terms = termsOf(query);
  return known.filter((one) => matches(one, terms)).map((one) => one.entry);
}

function queryIn(hash) {
  return new URLSearchParams(hash.replace(/^#/, '')).get('q');
}

// The shards of the years, in the order of their paths. Each is fetched once, and again after a failure: {known, parts}.
class Shards {
  constructor(paths, fetchJson) {
    this.paths = paths;
    this.fetchJson = fetchJson;
    this.read = new Map();
  }

  shard(path) {
    if (!this.read.has(path)) {
      const reading = this.fetchJson(path).then(({ entries, parts }) => {
        return { known: entries.map(indexEntry), parts: parts || [] };
      });
      reading.catch(() => this.read.delete(path));
      this.read.set(path, reading);
    }
    return this.read.get(path);
  }

  // At least `enough` entries, or those of every year: {found, more (whether there may be others), failed}.
  async find(query, enough) {
    const found = [];
    const waiting = [...this.paths];
    let failed = false;
    while (waiting.length > 0 && found.length < enough) {
      try {
        const { known, parts } = await this.shard(waiting.shift());
        found.push(...findMatching(known, query));
        waiting.unshift(...parts);
      } catch {
        failed = true;
      }
    }
    const more = found.length > enough || (found.length === enough && waiting.length > 0);
    return { found: found.slice(0, enough), more, failed };
  }
}

async function fetchJson(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response.json();
}

// One search section: `words` are its data-none, data-found, data-first, data-more and data-failed.
class Search {
  constructor(section) {
    this.section = section;
    this.words = section.dataset;
    this.input = section.querySelector('input');
    this.status = section.querySelector('[role="status"]');
    this.results = section.querySelector('.results');
    this.template = section.querySelector('template');
    this.shards = new Shards(section.dataset.shards.split(/\s+/).filter(Boolean), fetchJson);
    this.enough = PAGE_SIZE;
    this.turn = 0;
    this.more = this.button();
  }

  button() {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'more';
    button.hidden = true;
    button.textContent = this.words.more;
    button.addEventListener('click', () => this.showMore());
    this.results.after(button);
    return button;
  }

  listen() {
    let waiting;
    // Also while a syllable is being composed, because Korean readers expect results at each letter.
    this.input.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.ask(), TYPING_PAUSE_MS);
    });
    window.addEventListener('hashchange', () => this.askAddress());
    this.askAddress();
  }

  askAddress() {
    const query = queryIn(location.hash);
    if (query !== null) {
      this.input.value = query;
      this.ask();
      // As with any link into a page, the focus moves to its target.
      this.section.tabIndex = -1;
      this.section.focus();
    }
  }

  ask() {
    this.enough = PAGE_SIZE;
    this.remember(this.input.value.trim());
    return this.show();
  }

  async showMore() {
    const before = this.results.children.length;
    this.enough += PAGE_SIZE;
    await this.show();
    // The button may be gone, so the focus moves to the first of the new results.
    this.results.children[before]?.querySelector('a').focus();
  }

  remember(query) {
    if (query || queryIn(location.hash) !== null) {
      const address = query ? `#${new URLSearchParams({ q: query })}` : location.pathname + location.search;
      history.replaceState(null, '', address);
    }
  }

  async show() {
    const turn = ++this.turn;
    const query = this.input.value;
    const asked = termsOf(query).length > 0;
    const answer = asked ? await this.shards.find(query, this.enough) : { found: [], more: false, failed: false };
    // A newer query replaces this answer.
    if (turn === this.turn) {
      this.results.replaceChildren(...answer.found.map((entry) => this.result(entry)));
      this.more.hidden = !answer.more;
      this.status.textContent = asked ? this.statusText(answer) : '';
    }
  }

  statusText({ found, more, failed }) {
    const words = more ? this.words.first : this.words.found;
    const count = found.length > 0 ? words.replace('{number}', found.length) : this.words.none;
    // After a failure the count may be wrong, so that is said too.
    return failed ? [...(found.length > 0 ? [count] : []), this.words.failed].join(' · ') : count;
  }

  result(entry) {
    const shown = this.template.content.cloneNode(true);
    const link = shown.querySelector('a');
    link.textContent = entry.title;
    link.href = entry.path;
    const time = shown.querySelector('time');
    time.dateTime = entry.date;
    time.textContent = entry.day;
    const excerpt = shown.querySelector('.excerpt');
    excerpt.textContent = entry.excerpt;
    excerpt.hidden = !entry.excerpt;
    return shown;
  }
}

if (typeof document !== 'undefined') {
  for (const section of document.querySelectorAll('[data-search]')) {
    section.hidden = false;
    new Search(section).listen();
  }
}
