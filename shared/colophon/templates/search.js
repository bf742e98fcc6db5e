'use strict';

// The search of a clinic's archive. It loads a year's shard only when a query needs it, the newest year first.

const AT_A_TIME = 20;
const PAUSE = 200;
// Stands between the texts of an entry, so that nothing is found across two of them.
const BETWEEN = '\u0001';
const UNSPACED = /[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

// What is the same to a reader is the same here: widths, compositions, cases, and the accents of Latin letters.
function folded(text) {
  const even = text.normalize('NFKC').toLowerCase().normalize('NFKD');
  return even.replace(/[\u0300-\u036f]/g, '').normalize('NFKC');
}

function unspaced(text) {
  return text.replace(/\s+/g, '');
}

function termsOf(query) {
  return folded(query).split(/\s+/).filter(Boolean);
}

function readable(entry) {
  const text = folded([entry.title, entry.source_title || '', entry.excerpt, ...entry.tags].join(BETWEEN));
  return { entry, text, tight: unspaced(text) };
}

// Where to put spaces is a matter of taste in Korean, and hardly a question in Japanese and Chinese.
function holds(known, terms) {
  const has = (term) => known.text.includes(term) || (UNSPACED.test(term) && known.tight.includes(term));
  return terms.length > 0 && terms.every(has);
}

function matching(known, query) {
  const terms = termsOf(query);
  return known.filter((one) => holds(one, terms)).map((one) => one.entry);
}

function queryIn(hash) {
  return new URLSearchParams(hash.replace(/^#/, '')).get('q');
}

// Years in the order of their paths, each read once; one that could not be read is asked for again next time.
class Shelf {
  constructor(paths, fetchJson) {
    this.paths = paths;
    this.fetchJson = fetchJson;
    this.read = new Map();
  }

  year(path) {
    if (!this.read.has(path)) {
      const reading = this.fetchJson(path).then((shard) => shard.entries.map(readable));
      reading.catch(() => this.read.delete(path));
      this.read.set(path, reading);
    }
    return this.read.get(path);
  }

  // At least `enough` entries or every year: {found, more (whether there may be others), failed}.
  async find(query, enough) {
    const found = [];
    let failed = false;
    for (const [place, path] of this.paths.entries()) {
      try {
        found.push(...matching(await this.year(path), query));
      } catch {
        failed = true;
      }
      if (found.length >= enough) {
        const more = found.length > enough || place + 1 < this.paths.length;
        return { found: found.slice(0, enough), more, failed };
      }
    }
    return { found, more: false, failed };
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
    this.shelf = new Shelf(section.dataset.shards.split(/\s+/).filter(Boolean), fetchJson);
    this.enough = AT_A_TIME;
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
    // Also while a syllable is being composed: in Korean its letters are what one would see found.
    this.input.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.ask(), PAUSE);
    });
    window.addEventListener('hashchange', () => this.askAddress());
    this.askAddress();
  }

  askAddress() {
    const query = queryIn(location.hash);
    if (query !== null) {
      this.input.value = query;
      this.ask();
      // As with any link into a page: there is where reading goes on.
      this.section.tabIndex = -1;
      this.section.focus();
    }
  }

  ask() {
    this.enough = AT_A_TIME;
    this.remember(this.input.value.trim());
    return this.show();
  }

  async showMore() {
    const before = this.results.children.length;
    this.enough += AT_A_TIME;
    await this.show();
    // The button may be gone: whoever pressed it goes on reading at the first of the new results.
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
    const answer = asked ? await this.shelf.find(query, this.enough) : { found: [], more: false, failed: false };
    // Whoever has typed on since then waits for another answer.
    if (turn === this.turn) {
      this.results.replaceChildren(...answer.found.map((entry) => this.result(entry)));
      this.more.hidden = !answer.more;
      this.status.textContent = asked ? this.told(answer) : '';
    }
  }

  told({ found, more, failed }) {
    const words = more ? this.words.first : this.words.found;
    const count = found.length > 0 ? words.replace('{number}', found.length) : this.words.none;
    // After a failure nobody knows that there is nothing.
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
