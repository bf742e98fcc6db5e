"""Compare-and-swap: which token counts, when an object is put, and that a lost swap puts no old content again."""

from collections.abc import Callable

import pytest

from colophon.decision.rows import PageToken
from colophon.page.objects import SiteObject
from colophon.problem import Unavailable
from colophon.stores.site import Site
from colophon.stores.table import Conflict
from colophon.verbs.swap import PageSwapper, retry_on_conflict
from tests.stores.stubbed import Call, expecting

KEY = "en/a/b/index.html"
OLD = PageToken('"old"', 4, "f4.aaaaaa")
ABSENT = PageToken()


def make(content: bytes = b"new", fp: str = "f5.bbbbbb") -> Callable[[int], SiteObject]:
    """A page as it is finished with a revision."""
    return lambda rev: SiteObject(KEY, content, "text/html", "max-age=60", {"rev": str(rev), "fp": fp})


def put(rev: int, *, error: str = "", fp: str = "f5.bbbbbb", **condition: str) -> Call:
    """A PUT of the page with ``rev``."""
    params = {
        "Bucket": "site",
        "Key": KEY,
        "Body": b"new",
        "ContentType": "text/html",
        "CacheControl": "max-age=60",
        "Metadata": {"rev": str(rev), "fp": fp},
    }
    return Call("put_object", params | condition, {"ETag": f'"put {rev}"'}, error, 412)


def head(token: PageToken) -> Call:
    """A HEAD that finds ``token``."""
    params = {"Bucket": "site", "Key": KEY}
    if not token.etag:
        return Call("head_object", params, error="404", status=404)
    return Call("head_object", params, {"ETag": token.etag, "Metadata": {"rev": str(token.rev), "fp": token.fp}})


def test_a_page_is_put_over_the_object_of_its_row_with_the_next_revision() -> None:
    with expecting("s3", put(5, IfMatch=OLD.etag), put(1, IfNoneMatch="*")) as client:
        assert PageSwapper(Site(client, "site")).swap(KEY, OLD, "f5.bbbbbb", make()) == PageToken(
            '"put 5"', 5, "f5.bbbbbb"
        )
        assert PageSwapper(Site(client, "site")).swap(KEY, ABSENT, "f5.bbbbbb", make()).rev == 1


@pytest.mark.parametrize("fp", ["f4.aaaaaa", "f4.bbbbbb"])
def test_an_object_of_the_same_inputs_stays_whichever_code_made_it(fp: str) -> None:
    with expecting("s3") as client:
        assert PageSwapper(Site(client, "site")).swap(KEY, OLD, fp, make()) == OLD


def test_after_a_lost_swap_the_next_attempt_starts_from_what_is_there_and_not_from_the_row() -> None:
    theirs = PageToken('"theirs"', 5, "f6.aaaaaa")
    calls = (put(5, IfMatch=OLD.etag, error="PreconditionFailed"), head(theirs), put(6, IfMatch=theirs.etag))
    with expecting("s3", *calls) as client:
        swapper = PageSwapper(Site(client, "site"))
        assert not swapper.has_token(KEY)
        with pytest.raises(Conflict):
            swapper.swap(KEY, OLD, "f5.bbbbbb", make())
        assert swapper.has_token(KEY)
        # The row may still name the object that lost.
        assert swapper.swap(KEY, OLD, "f5.bbbbbb", make()).rev == 6


def test_a_row_that_was_recorded_meanwhile_is_newer_than_what_was_read() -> None:
    theirs, recorded = PageToken('"theirs"', 5, "f6.aaaaaa"), PageToken('"recorded"', 6, "f7.aaaaaa")
    calls = (put(5, IfMatch=OLD.etag, error="PreconditionFailed"), head(theirs), put(7, IfMatch=recorded.etag))
    with expecting("s3", *calls) as client:
        swapper = PageSwapper(Site(client, "site"))
        with pytest.raises(Conflict):
            swapper.swap(KEY, OLD, "f5.bbbbbb", make())
        swapper.swap(KEY, recorded, "f5.bbbbbb", make())


def test_a_row_whose_object_lost_is_never_trusted_though_its_revision_is_higher() -> None:
    """The site's bucket was emptied or restored: what is there is older than what the row says."""
    restored = PageToken('"restored"', 2, "f2.aaaaaa")
    calls = (put(5, IfMatch=OLD.etag, error="PreconditionFailed"), head(restored), put(5, IfMatch=restored.etag))
    with expecting("s3", *calls) as client:
        swapper = PageSwapper(Site(client, "site"))
        with pytest.raises(Conflict):
            swapper.swap(KEY, OLD, "f5.bbbbbb", make())
        assert swapper.exists(KEY, OLD)
        assert swapper.has_other(KEY, OLD)
        # Above both revisions.
        assert swapper.swap(KEY, OLD, "f5.bbbbbb", make()).rev == 5


def test_a_forced_request_reads_each_object_once_before_anything_else() -> None:
    theirs = PageToken('"theirs"', 7, "f6.aaaaaa")
    with expecting("s3", head(theirs), put(8, IfMatch=theirs.etag)) as client:
        swapper = PageSwapper(Site(client, "site"), force=True)
        with pytest.raises(Conflict):
            swapper.read_if_forced({KEY: OLD})
        swapper.read_if_forced({KEY: OLD})
        swapper.swap(KEY, OLD, "f5.bbbbbb", make())
    with expecting("s3") as client:
        PageSwapper(Site(client, "site")).read_if_forced({KEY: OLD})
        PageSwapper(Site(client, "site"), force=True).read_if_forced({})


def test_a_forced_request_puts_an_object_again_whose_bytes_or_code_are_others() -> None:
    for fp in ("f4.bbbbbb", "f4.aaaaaa"):
        with expecting("s3", head(OLD), put(5, fp=fp, IfMatch=OLD.etag)) as client:
            swapper = PageSwapper(Site(client, "site"), force=True)
            with pytest.raises(Conflict):
                swapper.read_if_forced({KEY: OLD})
            swapper.swap(KEY, OLD, fp, make(fp=fp))


def test_a_forced_request_puts_what_other_code_recorded_after_the_object_was_read() -> None:
    newer = PageToken('"newer"', 6, "f4.aaaaaa")
    with expecting("s3", head(OLD), put(7, fp="f4.bbbbbb", IfMatch=newer.etag)) as client:
        swapper = PageSwapper(Site(client, "site"), force=True)
        with pytest.raises(Conflict):
            swapper.read_if_forced({KEY: OLD})
        swapper.swap(KEY, newer, "f4.bbbbbb", make(fp="f4.bbbbbb"))


def test_objects_that_no_row_names_are_read_once_and_before_the_look() -> None:
    with expecting("s3", head(ABSENT)) as client:
        swapper = PageSwapper(Site(client, "site"))
        with pytest.raises(Conflict):
            swapper.read_unrecorded([KEY])
        swapper.read_unrecorded([KEY])
        assert not swapper.exists(KEY, ABSENT)


def test_attempts_are_bounded_and_what_is_no_conflict_is_raised_at_once() -> None:
    tried: list[int] = []

    def lose() -> None:
        tried.append(1)
        assert len(tried) < 20, "it has no end"
        raise Conflict("row")

    with pytest.raises(Unavailable, match="changed 6 times"):
        retry_on_conflict(lose, "a page")
    assert len(tried) == 6
    answers = iter([Conflict("row"), Conflict("row"), None])

    def win_at_last() -> str:
        if answer := next(answers):
            raise answer
        return "done"

    assert retry_on_conflict(win_at_last, "a page") == "done"

    def fail() -> None:
        tried.append(2)
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        retry_on_conflict(fail, "a page")
    assert tried.count(2) == 1


def test_an_object_that_no_row_names_exists_once_it_was_read() -> None:
    """New objects are put first and one by one: one that is there already only replaces another."""
    with expecting("s3", head(OLD)) as client:
        swapper = PageSwapper(Site(client, "site"))
        assert not swapper.exists(KEY, ABSENT)
        assert swapper.exists(KEY, OLD)
        with pytest.raises(Conflict):
            swapper.read_unrecorded([KEY])
        assert swapper.exists(KEY, ABSENT)
        swapper.read_unrecorded([KEY])
    with expecting("s3", head(ABSENT)) as client:
        swapper = PageSwapper(Site(client, "site"))
        with pytest.raises(Conflict):
            swapper.read_unrecorded([KEY])
        assert not swapper.exists(KEY, ABSENT)


@pytest.mark.parametrize("fp", ["f5.bbbbbb", "f5.cccccc"])
def test_with_force_what_this_invocation_has_put_is_put_once(fp: str) -> None:
    """A conflict of the record has all of it decided again: what was read before the PUT says nothing any more."""
    calls = (put(5, IfMatch=OLD.etag), *((put(6, fp=fp, IfMatch='"put 5"'),) if fp != "f5.bbbbbb" else ()))
    with expecting("s3", head(OLD), *calls) as client:
        swapper = PageSwapper(Site(client, "site"), force=True)
        with pytest.raises(Conflict):
            swapper.read_if_forced({KEY: OLD})
        assert swapper.swap(KEY, OLD, "f5.bbbbbb", make()).rev == 5
        assert swapper.swap(KEY, OLD, fp, make(fp=fp)).rev == 5 + (fp != "f5.bbbbbb")
