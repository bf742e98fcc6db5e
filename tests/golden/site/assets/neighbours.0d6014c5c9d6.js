'use strict';

// Newer, older and related posts on a post's page. They come from the search shard of the post's year, which is loaded
// when a reader comes near the end of the page. Without a script the page leads to its entry in its month.

const MOST_RELATED = 3;
const NEARLY_SEEN = '800px';
const NEWER = -1;
const OLDER = 1;

// A shard has entries, the newest first, or the paths of parts, which are shards of their own.
class Shards {
  constructor(fetchJson) {
    this.fetchJson = fetchJson;
    this.read = new Map();
  }

  load(path) {
    if (!this.read.has(path)) {
      this.read.set(path, this.fetchJson(path));
    }
    return this.read.get(path);
  }

  // The shard that lists the posts of `day`, after the lists of shards in which it and what it is part of stand.
  async findDay(base, day) {
    const above = [];
    const names = day.split('-');
    for (let length = 1; length <= names.length; length += 1) {
      const path = `${base}search-${names.slice(0, length).join('-')}.json`;
      const { entries, parts } = await this.load(path);
      if (!parts) {
        return { entries, path, above };
      }
      above.push(parts);
    }
    // The parts of a day are not in the order of time.
    return { entries: [], path: '', above: [] };
  }

  // The last entry of the shard at `path` on the way to newer posts, or the first on the way to older ones.
  async nearest(path, direction) {
    const { entries, parts } = await this.load(path);
    const end = direction === NEWER ? -1 : 0;
    return parts && parts.length > 0 ? this.nearest(parts.at(end), direction) : entries.at(end);
  }
}

function isBelow(path, part) {
  return part === path || path.startsWith(part.replace(/\.json$/, '-'));
}

// The entry after the end of the shard at `path`: of the next part around it that there is. `years` are all shards.
async function findBeyond(shards, years, { path, above }, direction) {
  for (const paths of [...above].reverse()) {
    const next = paths[paths.findIndex((part) => isBelow(path, part)) + direction];
    if (next) {
      return shards.nearest(next, direction);
    }
  }
  const paths = await years();
  const own = paths.findIndex((year) => isBelow(path, year));
  const next = own < 0 ? undefined : paths[own + direction];
  return next && shards.nearest(next, direction);
}

// Those that share most tags with the entry at `own`, and of these the nearest.
function findRelated(entries, own, shown) {
  const tags = new Set(entries[own].tags);
  return entries
    .map((entry, at) => ({ entry, far: Math.abs(at - own), shared: entry.tags.filter((tag) => tags.has(tag)).length }))
    .filter(({ entry, shared }) => shared > 0 && entry !== entries[own] && !shown.includes(entry.path))
    .sort((one, other) => other.shared - one.shared || one.far - other.far)
    .slice(0, MOST_RELATED)
    .map(({ entry }) => entry);
}

// {newer, older, related}: lists of entries. `path` is the post's, `day` when it was posted.
async function findNeighbours(shards, years, path, day) {
  const found = await shards.findDay(path.replace(/[^/]+\/$/, ''), day);
  const own = found.entries.findIndex((entry) => entry.path === path);
  if (own < 0) {
    return { newer: [], older: [], related: [] };
  }
  const beside = async (direction) =>
    found.entries[own + direction] || findBeyond(shards, years, found, direction).catch(() => undefined);
  const newer = [await beside(NEWER)].filter(Boolean);
  const older = [await beside(OLDER)].filter(Boolean);
  const shown = [...newer, ...older].map((entry) => entry.path);
  return { newer, older, related: findRelated(found.entries, own, shown) };
}

async function fetchPage(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response;
}

// The archive names the shard of each year, the newest first.
async function readYears(archive) {
  const page = new DOMParser().parseFromString(await (await fetchPage(archive)).text(), 'text/html');
  const search = page.querySelector('[data-shards]');
  return search ? search.dataset.shards.split(/\s+/).filter(Boolean) : [];
}

function make(name, text, className) {
  const element = document.createElement(name);
  element.textContent = text;
  if (className) {
    element.className = className;
  }
  return element;
}

// As in listings, the label comes before the title.
function showEntry(entry, label) {
  const item = make('li', '', 'entry');
  const notice = make('p', label, 'notice');
  const title = make('h3', '');
  const link = make('a', entry.title);
  link.href = entry.path;
  title.append(link);
  item.append(notice, title);
  return item;
}

function showGroup(name, entries, words) {
  const group = make('div', '', name);
  const list = make('ul', '', 'entries');
  list.append(...entries.map((entry) => showEntry(entry, words.label)));
  group.append(make('h2', words[name]), list);
  return group;
}

// What is below on the screen must not move: there, only what fits into the room that `place` has already is shown.
function append(place, groups) {
  const room = place.offsetHeight;
  const isSeenWhole = place.getBoundingClientRect().bottom < window.innerHeight;
  for (const group of groups) {
    place.append(group);
    if (isSeenWhole && place.offsetHeight > room) {
      group.remove();
    }
  }
}

// `place` has the words, and the day of the post.
async function showNeighbours(place) {
  const words = place.dataset;
  const path = new URL(document.querySelector('link[rel="canonical"]').href).pathname;
  const shards = new Shards(async (shard) => (await fetchPage(shard)).json());
  const years = () => readYears(path.replace(/[^/]+\/$/, ''));
  const found = await findNeighbours(shards, years, path, words.posted);
  const groups = ['newer', 'older', 'related'].filter((name) => found[name].length > 0);
  if (groups.length > 0) {
    append(place, groups.map((name) => showGroup(name, found[name], words)));
    place.setAttribute('role', 'region');
    place.setAttribute('aria-label', words.name);
  }
}

if (typeof document !== 'undefined') {
  for (const place of document.querySelectorAll('[data-neighbours]')) {
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((one) => one.isIntersecting)) {
          observer.disconnect();
          // The page is whole without them.
          showNeighbours(place).catch(() => {});
        }
      },
      { rootMargin: NEARLY_SEEN }
    );
    observer.observe(place);
  }
}
