"""The gate of feeds: every entry says its label and every notice, in whichever way the feed is written."""

import json
from html import escape

import pytest

from colophon.notices.gate import check_feed
from colophon.notices.policy import entry_label, notices_for_feed
from colophon.notices.texts import Notice
from colophon.problem import Misconfigured

TITLES = ("Dry eyes", "Knees & <details> “rain”")
ENTRIES = len(TITLES)


def _html(notices, title):
    return "".join(f"<p>{escape(notice.full_text)}</p>" for notice in notices) + f"<p>About {escape(title)}</p>"


def _atom(notices, kind):
    def entry(title):
        html = _html(notices, title)
        content = f'<content type="xhtml"><div>{html}</div></content>' if kind == "xhtml" else (
            f'<content type="html">{escape(html)}</content>')  # fmt: skip
        if kind == "text":
            content = f"<summary>{escape(' '.join(notice.full_text for notice in notices))}</summary>"
        return f"<entry>\n<title>{escape(title)}</title>\n{content}\n</entry>\n"

    entries = "".join(map(entry, TITLES))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!-- rev 3 -->\n<feed><title>x</title>{entries}</feed>'.encode()


def _json(notices, ascii_only):
    items = [{"id": title, "title": title, "content_html": _html(notices, title)} for title in TITLES]
    return json.dumps({"rev": 3, "title": "x", "items": items}, ensure_ascii=ascii_only).encode()


MAKERS = {
    "atom-html": lambda notices: _atom(notices, "html"),
    "atom-xhtml": lambda notices: _atom(notices, "xhtml"),
    "atom-text": lambda notices: _atom(notices, "text"),
    "json": lambda notices: _json(notices, False),
    "json-ascii": lambda notices: _json(notices, True),
}


@pytest.fixture(params=MAKERS)
def feed(request):
    return MAKERS[request.param]


def _refused(content, owed, label, *words, entries=ENTRIES):
    with pytest.raises(Misconfigured) as raised:
        check_feed(content, owed, label, entries)
    assert all(word in str(raised.value) for word in words), raised.value


@pytest.mark.parametrize("lang", ["en", "ja", "ko"])
def test_a_feed_lacking_any_words_in_its_entries_is_stopped_and_they_are_named(feed, lang, site):
    owed, label = notices_for_feed(lang, site), entry_label(lang, original=lang == "ko")
    said = (label, *owed)
    check_feed(feed(said), owed, label, len(TITLES))
    for notice in said:
        others = [other for other in said if other is not notice]
        _refused(
            feed(others),
            owed,
            label,
            f"entry 1 lacks the full text of the notice “{notice.id}” version {notice.version}",
            "entry 2 ",
        )


def test_one_entry_that_lacks_what_the_others_say_twice_stops_the_feed(feed, site):
    owed, label = notices_for_feed("en", site), entry_label("en", original=False)
    silent = feed((label, *owed)).replace(label.full_text.encode(), b"", 1)
    _refused(silent.replace(label.full_text.encode(), label.full_text.encode() * 2), owed, label, "entry 1 ")


@pytest.mark.parametrize("kind", ["atom-html", "atom-xhtml", "json"])
def test_words_that_a_feed_reader_hides_count_for_nothing(kind, site):
    owed, label = notices_for_feed("en", site), entry_label("en", original=False)
    for around in ("<!-- {} -->", "<details>{}</details>", "<p hidden>{}</p>", '<p title="{}">x</p>'):
        content = MAKERS[kind]((Notice("label", 1, "en", "HERE"), *owed)).decode()
        written = around.format(label.full_text)
        written = escape(written) if kind == "atom-html" else written.replace('"', '\\"') if kind == "json" else written
        _refused(content.replace("HERE", written).encode(), owed, label, "entry 1 ", "entry 2 ")


def test_words_with_special_characters_are_compared_as_a_reader_sees_them(feed):
    label = Notice("label", 1, "en", 'R&D\'s “AI” "posts"')
    check_feed(feed((label,)), (), label, len(TITLES))
    _refused(feed((Notice("label", 1, "en", 'RD\'s “AI” "posts"'),)), (), label, "label")


def test_a_feed_has_as_many_entries_as_it_was_made_from(feed, site):
    owed, label = notices_for_feed("en", site), entry_label("en", original=False)
    content = feed((label, *owed))
    for entries in (0, 1, 3):
        _refused(content, owed, label, f"2 of {entries} entries are present", entries=entries)


def test_a_feed_without_entries_owes_nothing(site):
    owed, label = notices_for_feed("en", site), entry_label("en", original=False)
    check_feed(b'<?xml version="1.0"?>\n<feed><title>x</title></feed>', owed, label, 0)
    check_feed(b'{"items": []}', owed, label, 0)
