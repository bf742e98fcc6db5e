'use strict';

// The search of listings. A clinic's archive searches the shards of its years, each loaded only when a query needs it, the
// newest year first. Any other page searches the language: its index says which clinics, topics and words there are, and
// the first characters of a word which shard has the posts that show it.

const PAGE_SIZE = 20;
const TYPING_PAUSE_MS = 150;
// A query reads no more shards, and no further one when it has found so many posts.
const MOST_SHARDS = 2;
const ENOUGH_POSTS = 10;
// So many clinics and topics are shown before the posts.
const MOST_PLACES = 3;
// A word of fewer letters has too many neighbours.
const SHORTEST_MISTYPED = 4;
// Separates the texts of an entry, so that no match spans two of them.
const SEPARATOR = '\u0001';
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;
const UNSPACED = /[\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const SCRIPTS = [
  [0x1100, 0x11ff, 'hangul'],
  [0x3005, 0x3007, 'han'],
  [0x3041, 0x309f, 'hiragana'],
  [0x30a0, 0x30ff, 'katakana'],
  [0x31f0, 0x31ff, 'katakana'],
  [0x3400, 0x4dbf, 'han'],
  [0x4e00, 0x9fff, 'han'],
  [0xac00, 0xd7a3, 'hangul'],
  [0xf900, 0xfaff, 'han'],
  [0x20000, 0x3ffff, 'han'],
];
// What is typed for the initials, vowels and finals of Hangul, in the order of Unicode (The Unicode Standard, 3.12).
const INITIALS = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];
const VOWELS = 'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(' ');
const FINALS = ' ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(' ');
const TYPED_FIRST = { 9: 8, 10: 8, 11: 8, 14: 13, 15: 13, 16: 13, 19: 18 };
// How well a term matches a post, by where it is found.
const EXACT = 64, BEGINNING = 32, TAG = 16, CLINIC = 8, SOURCE = 4, MISTYPED = 1;

// Widths, compositions, cases and Latin accents make no difference to a reader, so they make none here.
function fold(text) {
  const even = text.normalize('NFKC').toLowerCase().normalize('NFKD');
  return even.replace(/[\u0300-\u036f]/g, '').normalize('NFKC');
}

function removeSpaces(text) {
  return text.replace(/\s+/g, '');
}

function scriptOf(character) {
  if (!WORD_CHARACTER.test(character)) {
    return '';
  }
  const code = character.codePointAt(0);
  const found = SCRIPTS.find(([first, last]) => first <= code && code <= last);
  return found ? found[2] : 'other';
}

// The words of a folded text, as listings/search_words.py has them: {word, script, start}.
function placeWords(folded) {
  const words = [];
  let before = '';
  let start = 0;
  for (const character of folded) {
    const script = scriptOf(character);
    if (script && script === before) {
      words.at(-1).word += character;
    } else if (script) {
      words.push({ word: character, script, start });
    }
    before = script;
    start += character.length;
  }
  return words;
}

function splitWords(folded) {
  return placeWords(folded).map(({ word }) => word);
}

function mix(first, second) {
  return first * 7 + second * 50 + (first >> 6);
}

function shardOf(word, shards) {
  const first = word.codePointAt(0);
  if (first >= 0xac00 && first <= 0xd7a3) {
    const vowel = Math.floor(((first - 0xac00) % 588) / 28);
    return mix(Math.floor((first - 0xac00) / 588), TYPED_FIRST[vowel] ?? vowel) % shards;
  }
  const second = scriptOf(String.fromCodePoint(first)) === 'other' ? ([...word][1]?.codePointAt(0) ?? 0) : 0;
  return mix(first, second) % shards;
}

// The letters of a word as they are typed: those of a half typed syllable of Hangul begin those of the whole.
function lettersOf(word) {
  return word.replace(/[\u1100-\u1112\uac00-\ud7a3]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0xac00) {
      return INITIALS[code - 0x1100];
    }
    const place = code - 0xac00;
    return INITIALS[Math.floor(place / 588)] + VOWELS[Math.floor((place % 588) / 28)] + FINALS[place % 28];
  });
}

// A light stem of an English word: without the endings of plurals, participles and gerunds, and a last e.
function stemOf(word) {
  let stem = word;
  if (/[^aeiou]ies$/.test(stem) && stem.length > 4) {
    stem = stem.slice(0, -3) + 'y';
  } else if (/(?:ss|x|z|ch|sh)es$/.test(stem)) {
    stem = stem.slice(0, -2);
  } else if (/[^suo]s$/.test(stem) && stem.length > 3) {
    stem = stem.slice(0, -1);
  }
  const bare = stem.replace(/(?:ing|ed)$/, '');
  if (bare !== stem && bare.length > 2 && /[aeiouy]/.test(bare)) {
    stem = bare.replace(/([bdfgmnprt])\1$/, '$1');
  }
  return stem.length > 3 ? stem.replace(/e$/, '') : stem;
}

// Whether one insertion, deletion, replacement or swap of neighbours makes `typed` a word, or the beginning of one.
function isOneErrorFrom(typed, word) {
  let same = 0;
  while (same < typed.length && typed[same] === word[same]) {
    same += 1;
  }
  const rest = typed.slice(same);
  const meant = word.slice(same);
  const swapped = rest[0] === meant[1] && rest[1] === meant[0] && rest.length > 1 && meant.startsWith(rest.slice(2), 2);
  const isLongEnough = typed.length > SHORTEST_MISTYPED;
  const fits = (left, right) => (isLongEnough ? right.startsWith(left) : right === left);
  return (
    (swapped && fits(rest.slice(2), meant.slice(2))) ||
    fits(rest.slice(1), meant.slice(1)) ||
    fits(rest, meant.slice(1)) ||
    fits(rest.slice(1), meant)
  );
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

function termsOf(query) {
  return fold(query).split(/\s+/).filter(Boolean);
}

function findMatching(known, query) {
  const terms = termsOf(query);
  return known.filter((one) => matches(one, terms)).map((one) => one.entry);
}

function queryIn(hash) {
  return new URLSearchParams(hash.replace(/^#/, '')).get('q');
}

// Reads each path once, and again after a failure. `read` makes of its JSON what is kept.
class Loader {
  constructor(fetchJson, read) {
    this.fetchJson = fetchJson;
    this.read = read;
    this.loaded = new Map();
  }

  load(path) {
    if (!this.loaded.has(path)) {
      const loading = this.fetchJson(path).then(this.read);
      loading.catch(() => this.loaded.delete(path));
      this.loaded.set(path, loading);
    }
    return this.loaded.get(path);
  }
}

// The shards of a clinic's years, in the order of their paths. The shard of a year with very many posts has no entries but
// leads to parts, which are shards of their own.
class Shards {
  constructor(paths, fetchJson) {
    this.paths = paths;
    this.shards = new Loader(fetchJson, ({ entries, parts }) => ({ known: entries.map(indexEntry), parts: parts || [] }));
  }

  // At least `enough` entries, or those of every year: {found, more (whether there may be others), failed}.
  async find(query, enough) {
    const found = [];
    const waiting = [...this.paths];
    let failed = false;
    while (waiting.length > 0 && found.length < enough) {
      try {
        const { known, parts } = await this.shards.load(waiting.shift());
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

// A text as terms are looked for in it.
function indexText(text) {
  const folded = fold(text);
  return { text, words: placeWords(folded), tight: removeSpaces(folded) };
}

// A term of a query: its word, script, letters, stem, and the words that it may be mistyped for.
function makeTerm({ word, script }, isEnglish) {
  const stem = isEnglish && script === 'other' ? stemOf(word) : '';
  return { word, script, letters: lettersOf(word), stem, meant: [] };
}

function isWord(term, word) {
  return word === term.word || (term.stem !== '' && stemOf(word) === term.stem);
}

// How well a text has the term: 2 as a word, 1 as the beginning of one or within a compound, 0 not at all.
function rate(term, { words, tight }) {
  if (words.some(({ word }) => isWord(term, word))) {
    return 2;
  }
  const isWithin = term.script !== 'other' && term.word.length > 1 && tight.includes(term.word);
  const begins = ({ word, script }) => script === term.script && lettersOf(word).startsWith(term.letters);
  return isWithin || (term.script === 'han' && tight.includes(term.word)) || words.some(begins) ? 1 : 0;
}

function hasMeant(term, { words }) {
  return words.some(({ word }) => term.meant.includes(word));
}

// Posts by their shard, and clinics and topics, of a whole language.
class LanguageSearch {
  constructor(indexPath, fetchJson) {
    this.path = indexPath;
    this.indexes = new Loader(fetchJson, readIndex);
    this.shards = new Loader(fetchJson, readShard);
  }

  // At most `enough` results, the best first: {found, more, failed, meant (the words that the query is taken for)}.
  async find(query, enough) {
    let index;
    try {
      index = await this.indexes.load(this.path);
    } catch {
      return { found: [], more: false, failed: true, meant: [] };
    }
    const terms = index.termsOf(query);
    const places = index.findPlaces(terms);
    const { posts, failed } = await this.findPosts(terms, index);
    const found = [...places, ...posts.map((post) => ({ ...post, excerpt: explain(post, terms) }))];
    const meant = posts.length > 0 ? terms.flatMap((term) => term.meant) : [];
    return { found: found.slice(0, enough), more: found.length > enough, failed, meant };
  }

  // The posts that have every term. Any shard of a term may have them; another one is read if there are few.
  async findPosts(terms, index) {
    let failed = false;
    let found = [];
    const posts = [];
    for (const number of index.shardsOf(terms)) {
      try {
        posts.push(...(await this.shards.load(this.path.replace('index', String(number).padStart(2, '0')))));
      } catch (error) {
        // A shard that never had a post is not there.
        failed ||= error.status !== 404;
      }
      found = rank(posts, terms);
      if (found.length >= ENOUGH_POSTS) {
        break;
      }
    }
    return { posts: found, failed };
  }
}

function rank(posts, terms) {
  const rated = posts.map((post) => ({ post, points: terms.map((term) => ratePost(term, post)) }));
  const found = rated.filter(({ points }) => points.every(Boolean));
  const sum = (points) => points.reduce((all, one) => all + one, 0);
  found.sort((a, b) => sum(b.points) - sum(a.points) || (a.post.date < b.post.date ? 1 : -1));
  return [...new Map(found.map(({ post }) => [post.path, post])).values()];
}

function ratePost(term, { known }) {
  const inTitle = rate(term, known.title);
  if (inTitle > 0) {
    return inTitle > 1 ? EXACT : BEGINNING;
  }
  if (known.tags.some((tag) => rate(term, tag))) {
    return TAG;
  }
  if (rate(term, known.clinic)) {
    return CLINIC;
  }
  if (known.source && rate(term, known.source)) {
    return SOURCE;
  }
  const isMeant = [known.title, known.clinic, ...known.tags].some((text) => hasMeant(term, text));
  return isMeant ? MISTYPED : 0;
}

// Why a post is found whose title and clinic do not show it: by topics, or by the original's title.
function explain({ tags, source, known }, terms) {
  const unseen = terms.filter((term) => !rate(term, known.title) && !rate(term, known.clinic));
  const found = tags.filter((_, place) => unseen.some((term) => rate(term, known.tags[place])));
  return [...found, ...(source && unseen.some((term) => rate(term, known.source)) ? [source] : [])].join(' · ');
}

function readShard({ clinics, tags, posts }) {
  const knownClinics = clinics.map(indexText);
  const knownTags = tags.map(indexText);
  return posts.map(([path, date, title, clinic, tagged, source]) => ({
    kind: 'post',
    path,
    date,
    title,
    clinic: clinics[clinic],
    tags: tagged.map((tag) => tags[tag]),
    source,
    known: {
      title: indexText(title),
      clinic: knownClinics[clinic],
      tags: tagged.map((tag) => knownTags[tag]),
      source: source && indexText(source),
    },
  }));
}

function readIndex(index) {
  const clinics = index.clinics.map(([path, ...names]) => {
    const texts = names.map(indexText);
    return { kind: 'clinic', path, title: names[0], clinic: names.slice(1).join(' · '), texts };
  });
  const topics = index.topics.map(([path, tag]) => ({ kind: 'topic', path, title: tag, texts: [indexText(tag)] }));
  const words = index.words.split(' ').filter(Boolean);
  const skipped = new Set(index.skip.split(' '));
  const isEnglish = /^en(?:-|$)/.test(index.lang);
  const letters = words.map(lettersOf);

  function termsOf(query) {
    const placed = placeWords(fold(query));
    const telling = placed.filter(({ word, script }) => !skipped.has(word) && (script !== 'other' || word.length > 1));
    return (telling.length > 0 ? telling : placed).map((one) => correct(makeTerm(one, isEnglish)));
  }

  function correct(term) {
    const isLong = term.letters.length >= SHORTEST_MISTYPED && term.script !== 'han';
    const isKnown = (word, place) => letters[place].startsWith(term.letters) || isWord(term, word);
    if (isLong && !words.some(isKnown)) {
      term.meant = words.filter((word, place) => isOneErrorFrom(term.letters, letters[place])).slice(0, 3);
    }
    return term;
  }

  function findPlaces(terms) {
    const has = (term, place) => place.texts.some((text) => rate(term, text) > 0 || hasMeant(term, text));
    const found = (places) => places.filter((place) => terms.length > 0 && terms.every((term) => has(term, place)));
    return [...found(clinics).slice(0, MOST_PLACES), ...found(topics).slice(0, MOST_PLACES)];
  }

  // The shards to read, one after the other: those of the words that say most. A clinic's name says little.
  function shardsOf(terms) {
    const isOfClinic = (term) => clinics.some(({ texts }) => texts.some((text) => rate(term, text) > 0));
    const order = [...terms].sort((a, b) => isOfClinic(a) - isOfClinic(b) || b.letters.length - a.letters.length);
    const known = order.filter(({ word, script }) => index.shards === 1 || hasShard(word, script));
    return [...new Set(known.flatMap(beginnings).map((word) => shardOf(word, index.shards)))].slice(0, MOST_SHARDS);
  }

  return { termsOf, findPlaces, shardsOf };
}

// What the term may begin as in the titles: the words that it is mistyped for, or any pair of Han.
function beginnings({ word, script, meant }) {
  if (meant.length > 0) {
    return meant;
  }
  return script === 'han' ? [...word].slice(0, Math.max(1, [...word].length - 1)) : [word];
}

// One letter may begin words in any shard, as may the initial of a syllable.
function hasShard(word, script) {
  return script === 'hangul' ? word.codePointAt(0) >= 0xac00 : script !== 'other' || [...word].length > 1;
}

async function fetchJson(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw Object.assign(new Error(`${path}: ${response.status}`), { status: response.status });
  }
  return response.json();
}

// Where `word` is in `text`, whatever spaces are within.
function findUnspaced(text, word) {
  const places = [...text.matchAll(/\S/g)].map(({ index }) => index);
  const tight = removeSpaces(text);
  const marks = [];
  for (let at = tight.indexOf(word); at >= 0; at = tight.indexOf(word, at + word.length)) {
    marks.push([places[at], places[at + word.length - 1] + 1]);
  }
  return marks;
}

// Where `terms` are in `text`: [start, end] of each, in order, without overlaps.
function findMarks(text, terms) {
  const folded = fold(text);
  if (folded.length !== text.length) {
    return [];
  }
  const marks = [];
  for (const { word, start } of placeWords(folded)) {
    for (const term of terms) {
      if (isWord(term, word) || term.meant.includes(word)) {
        marks.push([start, start + word.length]);
      } else if (word.startsWith(term.word)) {
        marks.push([start, start + term.word.length]);
      } else if (term.script === 'hangul' && lettersOf(word).startsWith(term.letters)) {
        marks.push([start, start + term.word.length]);
      }
    }
  }
  marks.push(...terms.filter(({ script }) => script !== 'other').flatMap(({ word }) => findUnspaced(folded, word)));
  marks.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  return marks.filter(([start], place) => marks.slice(0, place).every(([, end]) => end <= start));
}

// One search section: `words` are its data-none, data-found, data-first, data-more, data-failed and data-meant.
class Search {
  constructor(section) {
    this.section = section;
    this.words = section.dataset;
    this.input = section.querySelector('input');
    this.status = section.querySelector('[role="status"]');
    this.results = section.querySelector('.results');
    this.template = section.querySelector('template');
    this.everywhere = section.querySelector('.everywhere');
    const shards = (section.dataset.shards || '').split(/\s+/).filter(Boolean);
    this.source = shards.length > 0 ? new Shards(shards, fetchJson) : new LanguageSearch(this.words.index, fetchJson);
    this.dates = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeZone: 'UTC' });
    this.enough = PAGE_SIZE;
    this.turn = 0;
    this.answered = '';
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
    // Also while a syllable is being composed, because Korean readers expect results at each letter.
    this.input.addEventListener('input', () => {
      this.leadEverywhere();
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.ask(), TYPING_PAUSE_MS);
    });
    this.section.addEventListener('keydown', (event) => this.move(event));
    window.addEventListener('hashchange', () => this.askAddress());
    this.askAddress();
  }

  // Arrows go through the results, Enter opens the first or the chosen one, Escape returns to the field and empties it.
  move(event) {
    const links = [...this.results.querySelectorAll('a')];
    const place = links.indexOf(document.activeElement);
    const isInField = document.activeElement === this.input;
    if (event.isComposing || !(isInField || place >= 0)) {
      return;
    }
    if (event.key === 'ArrowDown' && place + 1 < links.length) {
      links[place + 1].focus();
    } else if (event.key === 'ArrowUp' && place >= 0) {
      (links[place - 1] ?? this.input).focus();
    } else if (event.key === 'Enter' && isInField) {
      this.openFirst();
    } else if (event.key === 'Escape' && (place >= 0 || this.input.value)) {
      this.input.focus();
      this.input.value = '';
      this.ask();
    } else {
      return;
    }
    event.preventDefault();
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
    clearTimeout(this.waiting);
    this.enough = PAGE_SIZE;
    this.remember();
    this.leadEverywhere();
    return this.show();
  }

  // Who types fast presses Enter before the results of the last letters are there.
  async openFirst() {
    if (this.answered !== this.input.value) {
      await this.ask();
    }
    if (this.answered === this.input.value) {
      this.results.querySelector('a')?.click();
    }
  }

  async showMore() {
    const before = this.results.children.length;
    this.enough += PAGE_SIZE;
    await this.show();
    // The button may be gone, so the focus moves to the first of the new results.
    this.results.children[before]?.querySelector('a').focus();
  }

  hash() {
    const query = this.input.value.trim();
    return query ? `#${new URLSearchParams({ q: query })}` : '';
  }

  remember() {
    const hash = this.hash();
    if (hash || queryIn(location.hash) !== null) {
      history.replaceState(null, '', hash || location.pathname + location.search);
    }
  }

  leadEverywhere() {
    if (this.everywhere) {
      const hash = this.hash();
      const link = this.everywhere.querySelector('a');
      link.href = link.pathname + hash;
      this.everywhere.hidden = !hash;
    }
  }

  async show() {
    const turn = ++this.turn;
    const query = this.input.value;
    const asked = termsOf(query).length > 0;
    const answer = asked ? await this.source.find(query, this.enough) : { found: [], more: false, failed: false };
    // A newer query replaces this answer.
    if (turn === this.turn) {
      const words = [query, ...(answer.meant || [])].flatMap((text) => placeWords(fold(text)));
      const terms = words.map((word) => makeTerm(word, /^en(?:-|$)/.test(document.documentElement.lang)));
      this.results.replaceChildren(...answer.found.map((entry) => this.result(entry, terms)));
      this.answered = query;
      this.more.hidden = !answer.more;
      this.status.textContent = asked ? this.statusText(answer) : '';
    }
  }

  statusText({ found, more, failed, meant }) {
    const words = more ? this.words.first : this.words.found;
    const posts = found.filter(({ kind }) => !kind || kind === 'post').length;
    const count = posts > 0 ? words.replace('{number}', posts) : this.words.none;
    const taken = meant?.length > 0 ? [this.words.meant.replace('{words}', meant.join(', '))] : [];
    // After a failure the count may be wrong, so that is said too.
    const told = failed && found.length === 0 ? [] : [count, ...taken];
    return [...told, ...(failed ? [this.words.failed] : [])].join(' · ');
  }

  result(entry, terms) {
    const shown = this.template.content.cloneNode(true);
    const kind = entry.kind || 'post';
    const link = shown.querySelector('a');
    link.append(...this.marked(entry.title, terms));
    link.href = entry.path;
    const time = shown.querySelector('time');
    time.dateTime = entry.date || '';
    time.textContent = entry.day || (entry.date ? this.dates.format(new Date(entry.date)) : '');
    shown.querySelector('.clinic').append(...this.marked(entry.clinic || '', terms));
    const excerpt = shown.querySelector('.excerpt');
    excerpt.append(...this.marked(entry.excerpt || '', terms));
    excerpt.hidden = !entry.excerpt;
    for (const word of shown.querySelectorAll('[data-kind]')) {
      word.hidden = word.dataset.kind !== kind;
    }
    if (kind !== 'post') {
      // Only posts are translated.
      shown.querySelector('[data-notice]')?.remove();
      time.remove();
      shown.querySelector('.entry').classList.add('short');
    }
    return shown;
  }

  // The nodes of a text, with what was searched in marks.
  marked(text, terms) {
    const nodes = [];
    let at = 0;
    for (const [start, end] of findMarks(text, terms)) {
      const mark = document.createElement('mark');
      mark.textContent = text.slice(start, end);
      nodes.push(text.slice(at, start), mark);
      at = end;
    }
    return [...nodes, text.slice(at)];
  }
}

if (typeof document !== 'undefined') {
  for (const section of document.querySelectorAll('[data-search]')) {
    section.hidden = false;
    new Search(section).listen();
  }
}
