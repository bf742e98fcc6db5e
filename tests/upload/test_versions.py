"""A folder's versions: which key counts, and what tells one moment from another."""

from msgspec import structs

from colophon.upload.versions import EMPTY_HISTORY, Version, build_folder

NFC, NFD = "posts/a/b/\uac00.jpg", "posts/a/b/\u1100\u1161.jpg"


def version(number: int, key: str = "posts/a/b/en.md", content: str = "", deleted: bool = False) -> Version:
    """Version ``v<number>``, of content that no other has unless it is given."""
    return Version(key, f"v{number}", "" if deleted else content or f"etag{number}", 1, deleted)


def test_a_key_that_never_was_has_no_history() -> None:
    history = build_folder("posts/a/b/", []).history_of("posts/a/b/en.md")
    assert history == EMPTY_HISTORY
    assert (history.ever_uploaded, history.exists, history.newest) == (False, False, None)


def test_newest_version_says_whether_an_object_is_there() -> None:
    there = build_folder("", [version(2), version(1)]).history_of("posts/a/b/en.md")
    gone = build_folder("", [version(2, deleted=True), version(1)]).history_of("posts/a/b/en.md")
    assert there.exists
    assert not gone.exists
    assert gone.ever_uploaded


def test_the_same_bytes_again_are_no_news() -> None:
    once = build_folder("", [version(1, content="x")]).history_of("posts/a/b/en.md")
    twice = build_folder("", [version(2, content="x"), version(1, content="x")]).history_of("posts/a/b/en.md")
    assert once.identity() == twice.identity()


def test_the_same_bytes_in_another_storage_class_are_news() -> None:
    archived = structs.replace(version(1, content="x"), storage_class="GLACIER")
    history = build_folder("", [version(2, content="x"), archived]).history_of("posts/a/b/en.md")
    assert [each.id for each in history.distinct_versions()] == ["v2", "v1"]
    assert [each.is_archived for each in history.versions] == [False, True]
    # What reading the archived one gave does not count for its repair.
    assert len({each.content_id for each in history.versions}) == 2


def test_the_same_bytes_after_others_are_news() -> None:
    first = build_folder("", [version(1, content="x")]).history_of("posts/a/b/en.md")
    back = build_folder("", [version(n, content=c) for n, c in ((3, "x"), (2, "y"), (1, "x"))]).history_of(
        "posts/a/b/en.md"
    )
    assert first.identity() != back.identity()


def test_deletions_are_counted_once_a_run() -> None:
    history = build_folder(
        "", [version(4, deleted=True), version(3, deleted=True), version(2), version(1, deleted=True)]
    )
    assert history.history_of("posts/a/b/en.md").count_deletions() == 2


def test_of_two_spellings_the_one_in_nfc_counts() -> None:
    both = build_folder("posts/a/b/", [version(1, NFD), version(2, NFC)])
    newest = both.history_of(NFD).newest
    assert newest is not None
    assert newest.key == NFC
    assert both.shadowed_keys == (NFD,)


def test_a_spelling_that_is_gone_gives_way() -> None:
    newest = build_folder("", [version(1, NFD), version(3, NFC, deleted=True), version(2, NFC)]).history_of(NFC).newest
    assert newest is not None
    assert newest.key == NFD


def test_what_was_taken_away_in_any_spelling_is_counted() -> None:
    gone = build_folder("", [version(4, NFD), version(3, NFC, deleted=True), version(2, NFC)])
    assert gone.history_of(NFC).count_deletions() == 1
    assert gone.shadowed_keys == (NFC,)


def test_what_happens_to_the_other_spelling_is_part_of_the_identity() -> None:
    alone = build_folder("", [version(2, NFC)]).history_of(NFC)
    beside = build_folder("", [version(2, NFC), version(1, NFD)]).history_of(NFC)
    assert alone.identity() != beside.identity()
