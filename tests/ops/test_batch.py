"""A batch of texts and pages gives what each text and page gives alone."""

from datetime import UTC, datetime
from functools import partial

import pytest

from colophon.decision.rows import ClinicRow, PostRow, SiteRow
from colophon.decision.snapshot import Invalid, PostSnapshot, parse_or_invalid
from colophon.edition.model import Edition
from colophon.edition.read import read_edition
from colophon.page.finished import finish_page
from colophon.stores.inbox_folder import InboxFolder
from colophon.upload.keys import PageRef, PostRef, parse_key
from colophon.upload.versions import Version
from colophon_ops.build.batch import finish_posts, read_texts
from tests.page.conftest import view
from tests.samples.cases import SAMPLES, all_cases, merge_cases


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> InboxFolder:
    """The sample site's texts, and those of every case that is refused or waits."""
    root = tmp_path_factory.mktemp("inbox")
    merge_cases(all_cases(), root, tmp_path_factory.mktemp("apart"))
    for path in (SAMPLES / "inbox").rglob("*.md"):
        target = root / path.relative_to(SAMPLES / "inbox")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return InboxFolder(root)


def test_texts_that_are_read_together_are_read_as_each_alone(inbox: InboxFolder) -> None:
    texts = [(version, snapshot_of(page.post)) for page, version in texts_in(inbox)]
    read_texts(texts, inbox)
    kinds = set()
    for version, snapshot in texts:
        page = parse_key(version.key)
        assert isinstance(page, PageRef)
        alone = parse_or_invalid(partial(read_edition, page.lang), inbox.read_content(version))
        if together := snapshot.contents.get(version.id):
            assert together == alone
            kinds.add(type(together))
        else:
            assert isinstance(alone, Invalid), "only what a decision would refuse is left to it"
            kinds.add(None)
    assert kinds == {Edition, Invalid, None}


def test_pages_that_are_finished_together_are_finished_as_each_alone() -> None:
    views = [view(lang) for lang in ("en", "ja", "ko")]
    together = finish_posts([(one.page, one, f"fp {one.page.lang}") for one in views])
    assert together == [finish_page(one.page, one, 1, f"fp {one.page.lang}") for one in views]


def texts_in(inbox: InboxFolder) -> list[tuple[PageRef, Version]]:
    names = [name for key in inbox.keys("posts/") if isinstance(name := parse_key(key), PageRef)]
    versions = [(name, inbox.newest_version(name.key)) for name in names]
    return [(name, version) for name, version in versions if version]


def snapshot_of(post: PostRef) -> PostSnapshot:
    return PostSnapshot(
        folder=InboxFolder(SAMPLES).read_folder(post.folder),
        contents={},
        row=PostRow(post),
        clinic=ClinicRow(post.clinic),
        site=SiteRow(),
        now=datetime(2026, 11, 1, tzinfo=UTC),
    )
