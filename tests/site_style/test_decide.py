"""What becomes of the site by its own files: settings and a look, each with its versions."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from msgspec.structs import replace

from colophon.decision.identity import fingerprint
from colophon.decision.rows import SiteRow
from colophon.decision.site import SiteDecision, SiteSnapshot, decide_site, is_site_up_to_date
from colophon.decision.snapshot import NeedsVersion, parse_or_invalid
from colophon.drawing.icon import Icon
from colophon.listings.kinds.front import render_front
from colophon.page.frame import site_icon_key, site_style_key
from colophon.site_settings import StyledSite, read_site, site_style_path
from colophon.site_style.read import read_site_style
from colophon.upload.versions import Version, build_folder
from colophon.verbs.clinic_and_site import site_files

YAML = b"url: https://read.example\nname: {en: Shelf}\nlanguages: [en, ko]\ncontact: mailto:desk@read.example\n"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
RED, BLUE, HIDES = b"h1 { color: #b00 }\n", b"h1 { color: #00b }\n", b".notice { display: none }\n"


def seen(yaml: tuple[bytes | None, ...] = (YAML,), css: tuple[bytes | None, ...] = ()) -> SiteSnapshot:
    """The site's files with these versions, oldest first (None: deleted), each of them read."""
    versions: list[Version] = []
    verdicts: dict[str, object] = {}
    for key, contents, read in (("site.yaml", yaml, read_site), ("site.css", css, read_site_style)):
        made = []
        for place, content in enumerate(contents):
            version = Version(key, f"{key}-{place}", etag=str(content), deleted=content is None)
            made.append(version)
            if content is not None:
                verdicts[version.id] = parse_or_invalid(read, content)
        versions += reversed(made)
    return SiteSnapshot(folder=build_folder("site.", versions), contents=verdicts, row=SiteRow(), now=NOW)


def decided(yaml: tuple[bytes | None, ...] = (YAML,), css: tuple[bytes | None, ...] = ()) -> SiteDecision:
    return decide_site(seen(yaml, css))


def states(decision: SiteDecision) -> dict[str, str]:
    return {outcome.key: outcome.state for outcome in decision.row.outcomes}


def test_without_a_look_nothing_is_said_of_one() -> None:
    decision = decided()
    assert states(decision) == {"site.yaml": "live"}
    assert decision.style == b""
    assert site_style_path(decision.row.settings) == ""


def test_the_newest_valid_look_counts_and_lies_under_its_hash() -> None:
    decision = decided(css=(RED, BLUE))
    assert decision.style == BLUE
    assert site_style_key(BLUE) == f"assets/site.{sha256(BLUE).hexdigest()[:12]}.css"
    assert site_style_path(decision.row.settings) == f"/{site_style_key(BLUE)}"
    assert decision.row.outcomes[-1].url == f"/{site_style_key(BLUE)}"
    assert decision.row.settings
    assert decision.row.settings.url == "https://read.example"


def test_a_refused_look_is_passed_over_and_keeps_the_address_of_the_older_one() -> None:
    decision = decided(css=(RED, HIDES))
    told = decision.row.outcomes[-1]
    assert (told.state, told.version, told.url) == ("refused", "site.css-1", f"/{site_style_key(RED)}")
    assert told.problems[0].line == 1
    assert decision.style == RED


def test_a_look_that_was_never_valid_changes_nothing() -> None:
    decision = decided(css=(HIDES,))
    assert states(decision) == {"site.yaml": "live", "site.css": "refused"}
    assert (decision.style, site_style_path(decision.row.settings)) == (b"", "")
    assert decision.row.fp == decided().row.fp


def test_deleting_the_look_takes_it_away_with_all_that_was_before() -> None:
    decision = decided(css=(RED, None))
    assert states(decision) == {"site.yaml": "live", "site.css": "absent"}
    assert (decision.style, site_style_path(decision.row.settings)) == (b"", "")
    assert decided(css=(RED, None, HIDES)).style == b""


def test_a_look_waits_for_settings_and_is_judged_all_the_same() -> None:
    waiting = decided((), (RED,))
    assert states(waiting) == {"site.css": "waiting"}
    assert "site.yaml" in waiting.row.outcomes[0].problems[0].fix
    assert (waiting.style, waiting.row.settings, waiting.row.outcomes[0].url) == (b"", None, "")
    assert states(decided((), (HIDES,))) == {"site.css": "refused"}
    assert states(decided((YAML, None), (RED,))) == {"site.yaml": "absent", "site.css": "waiting"}
    assert states(decided((b"url: no\n",), (RED,))) == {"site.yaml": "refused", "site.css": "waiting"}
    assert decided((YAML, b"url: no\n"), (RED,)).style == RED


def test_what_pages_use_has_a_new_identity_with_each_version_that_counts_and_never_an_old_one() -> None:
    histories: tuple[tuple[bytes | None, ...], ...] = (
        (),
        (RED,),
        (RED, BLUE),
        (RED, BLUE, None),
        (RED, BLUE, None, RED),
    )
    identities = [decided(css=css).row.fp for css in histories]
    assert len(set(identities)) == len(histories)
    assert decided(css=(RED, RED)).row.fp == decided(css=(RED,)).row.fp
    assert decided(css=(RED, HIDES)).row.fp == decided(css=(RED,)).row.fp
    assert decided((YAML, YAML + b"\n")).row.fp != decided().row.fp


def test_only_a_change_of_either_file_is_news() -> None:
    row = decided(css=(RED,)).row
    assert is_site_up_to_date(row, seen(css=(RED,)).folder, NOW)
    assert is_site_up_to_date(row, seen(css=(RED, RED)).folder, NOW)
    assert not is_site_up_to_date(row, seen(css=(RED, HIDES)).folder, NOW)
    assert not is_site_up_to_date(row, seen(css=(RED, None)).folder, NOW)
    assert not is_site_up_to_date(row, seen((YAML, None), (RED,)).folder, NOW)


def test_no_older_version_is_read_than_needed() -> None:
    snapshot = seen(css=(HIDES, RED, BLUE))

    def having_read(*names: str) -> SiteSnapshot:
        return replace(snapshot, contents={name: snapshot.contents[name] for name in names})

    for known, key in ((), "site.yaml"), (("site.yaml-0",), "site.css"):
        with pytest.raises(NeedsVersion) as needed:
            decide_site(having_read(*known))
        assert needed.value.version.key == key
    assert isinstance(decide_site(having_read("site.yaml-0", "site.css-2")), SiteDecision)


PNG = b"\x89PNG pixels"


def with_icon(*icons: bytes | None, more: bytes = b"", now: datetime = NOW) -> SiteSnapshot:
    """The site's files with these versions of the icon, oldest first, each of them read as it is."""
    snapshot = seen((YAML + more,))
    made = [
        Version("site.icon.png", f"icon-{place}", etag=str(icon), deleted=icon is None)
        for place, icon in enumerate(icons)
    ]
    yaml = snapshot.folder.history_of("site.yaml").versions
    contents = snapshot.contents | {version.id: icon for version, icon in zip(made, icons, strict=True)}
    return replace(snapshot, folder=build_folder("site.", [*yaml, *reversed(made)]), contents=contents, now=now)


def settings_of(decision: SiteDecision) -> StyledSite:
    assert decision.row.settings
    return decision.row.settings


def test_without_an_icon_one_is_drawn_and_with_one_it_is_not() -> None:
    drawn, own = decide_site(with_icon()), decide_site(with_icon(PNG))
    assert {type(drawing).__name__ for drawing in drawn.drawings.values()} == {"Icon", "Card"}
    assert settings_of(drawn).card_paths.keys() == settings_of(own).card_paths.keys() == {"en", "ko"}
    assert (drawn.icon, settings_of(drawn).icon_path.removeprefix("/") in drawn.drawings) == (b"", True)
    assert (own.icon, settings_of(own).icon_path) == (PNG, f"/{site_icon_key(PNG)}")
    assert states(own)["site.icon.png"] == "live"


def test_an_icon_changes_every_page_and_none_changes_nothing_of_before() -> None:
    before, own = decide_site(seen()).row, decide_site(with_icon(PNG)).row
    assert own.fp != before.fp
    assert decide_site(with_icon(PNG, None)).row.fp not in (before.fp, own.fp)
    # Code that knows no icons finds its own rows up to date.
    histories = [seen().folder.history_of(key).identity() for key in ("site.yaml", "site.css")]
    assert before.inputs_id == fingerprint(histories)
    assert not is_site_up_to_date(before, with_icon(PNG).folder, NOW)


def test_the_colour_and_the_name_are_in_the_drawings() -> None:
    mores = (b"", b'colour: "#8a2d5b"\n', b"about: {en: Words}\n")
    plain, coloured, described = (settings_of(decide_site(with_icon(more=more))) for more in mores)
    assert plain.icon_path != coloured.icon_path
    assert plain.card_paths["en"] != coloured.card_paths["en"]
    assert (plain.icon_path, plain.card_paths) == (described.icon_path, described.card_paths)


# How many of the two languages have a card, and whether the icon has a letter.
DRAWN = {
    "{en: Haneul Eye ✨, ko: 하늘 안과 ✨}": (2, True),
    "{en: 臺灣, ko: 하늘}": (2, True),
    "{en: 臺灣, ja: ハヌル}": (2, True),
    "{en: Łódź}": (2, True),
    "{en: Łaba}": (2, True),
    "{en: Nguyễn}": (2, True),
    "{en: K-Haneul™}": (2, True),
    "{en: Сеул}": (0, False),
    "{en: 臺灣, ko: คลินิก}": (0, False),
    "{en: ✨}": (0, False),
}


@pytest.mark.parametrize("names", DRAWN)
def test_a_name_without_glyphs_has_no_card_and_stops_nothing(names: str) -> None:
    yaml = YAML.replace(b"{en: Shelf}", names.encode())
    decision = decided((yaml,))
    site = settings_of(decision)
    keys = {path.removeprefix("/") for path in (site.icon_path, *site.card_paths.values())}
    assert {file.key for file in site_files(decision)} == decision.drawings.keys() == keys
    icon = decision.drawings[site.icon_path.removeprefix("/")]
    assert isinstance(icon, Icon)
    assert (len(site.card_paths), icon.letter != "") == DRAWN[names]
    assert (b"og:image" in render_front(site, 1)) == bool(site.card_paths)


def test_the_report_of_the_settings_changes_when_security_txt_expires() -> None:
    more = b"security: {contact: mailto:safe@read.example, expires: 2026-07-15T00:00:00Z}\n"
    row = decide_site(with_icon(more=more)).row
    assert row.next_at == datetime(2026, 6, 15, tzinfo=UTC)
    folder = with_icon(more=more).folder
    assert is_site_up_to_date(row, folder, NOW)
    assert not is_site_up_to_date(row, folder, row.next_at)
    later = decide_site(with_icon(more=more, now=row.next_at)).row
    assert [problem.field for problem in later.outcomes[0].problems] == ["security.expires"]
    assert later.next_at == datetime(2026, 7, 15, tzinfo=UTC)
