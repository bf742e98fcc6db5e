"""A folder's versions: which key counts, and what tells one moment from another."""

from colophon.upload.versions import NEVER, Version, folder

NFC, NFD = "posts/a/b/\uac00.jpg", "posts/a/b/\u1100\u1161.jpg"


def version(number: int, key: str = "posts/a/b/en.md", content: str = "", deleted: bool = False) -> Version:
    """Version ``v<number>``, of content that no other has unless it is given."""
    return Version(key, f"v{number}", "" if deleted else content or f"etag{number}", 1, deleted)


def test_a_key_that_never_was_has_no_history() -> None:
    history = folder("posts/a/b/", []).history("posts/a/b/en.md")
    assert history == NEVER
    assert (history.ever, history.present, history.newest) == (False, False, None)


def test_newest_version_says_whether_an_object_is_there() -> None:
    there = folder("", [version(2), version(1)]).history("posts/a/b/en.md")
    gone = folder("", [version(2, deleted=True), version(1)]).history("posts/a/b/en.md")
    assert there.present
    assert not gone.present
    assert gone.ever


def test_the_same_bytes_again_are_no_news() -> None:
    once = folder("", [version(1, content="x")]).history("posts/a/b/en.md")
    twice = folder("", [version(2, content="x"), version(1, content="x")]).history("posts/a/b/en.md")
    assert once.identity() == twice.identity()


def test_the_same_bytes_after_others_are_news() -> None:
    first = folder("", [version(1, content="x")]).history("posts/a/b/en.md")
    back = folder("", [version(n, content=c) for n, c in ((3, "x"), (2, "y"), (1, "x"))]).history("posts/a/b/en.md")
    assert first.identity() != back.identity()


def test_deletions_are_counted_once_a_run() -> None:
    history = folder("", [version(4, deleted=True), version(3, deleted=True), version(2), version(1, deleted=True)])
    assert history.history("posts/a/b/en.md").times_deleted() == 2


def test_of_two_spellings_the_one_in_nfc_counts() -> None:
    both = folder("posts/a/b/", [version(1, NFD), version(2, NFC)])
    newest = both.history(NFD).newest
    assert newest is not None
    assert newest.key == NFC
    assert both.twins == (NFD,)


def test_a_spelling_that_is_gone_gives_way() -> None:
    newest = folder("", [version(1, NFD), version(3, NFC, deleted=True), version(2, NFC)]).history(NFC).newest
    assert newest is not None
    assert newest.key == NFD


def test_what_was_taken_away_in_any_spelling_is_counted() -> None:
    gone = folder("", [version(4, NFD), version(3, NFC, deleted=True), version(2, NFC)])
    assert gone.history(NFC).times_deleted() == 1
    assert gone.twins == (NFC,)


def test_what_happens_to_the_other_spelling_is_part_of_the_identity() -> None:
    alone = folder("", [version(2, NFC)]).history(NFC)
    beside = folder("", [version(2, NFC), version(1, NFD)]).history(NFC)
    assert alone.identity() != beside.identity()
