// DOMPurify on the bodies of pages, all in one process. Reads a JSON list of HTML; writes what it would remove of each.
import { readFileSync } from 'node:fs';
import createDOMPurify from 'dompurify';
import { JSDOM } from 'jsdom';

const purify = createDOMPurify(new JSDOM('').window);
const OPTIONS = {
  USE_PROFILES: { html: true },
  // Its own pattern, with https as the only scheme, and without addresses that begin with another host.
  ALLOWED_URI_REGEXP: /^(?:https:\/\/[^/\\]|[^a-z/\\]|\/(?![/\\])|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
  FORBID_TAGS: ['style', 'form', 'input', 'button', 'select', 'textarea', 'audio', 'video', 'dialog', 'details'],
  FORBID_ATTR: ['style', 'name', 'background', 'action', 'for'],
};

const removed = JSON.parse(readFileSync(0, 'utf8')).map(html => {
  purify.sanitize(html, OPTIONS);
  return purify.removed
    .map(each => (each.element ? each.element.nodeName : `${each.from.nodeName} ${each.attribute?.name}`))
    // The document that DOMPurify itself puts around the text.
    .filter(name => name !== 'BODY' && name !== 'HEAD' && name !== 'HTML');
});
process.stdout.write(JSON.stringify(removed));
