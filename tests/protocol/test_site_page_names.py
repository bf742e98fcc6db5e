"""A post that earlier code published at an address which the site now needs for a page of its own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from colophon.decision.rows import PageToken
from colophon.page.objects import HTML_TYPE, PAGE_CACHE_CONTROL, SiteObject
from colophon.problem import Misconfigured
from colophon.stores.site import Site
from colophon.upload import keys
from colophon.upload.keys import PageRef, PostRef
from colophon.upload.messages import RefreshRequest, encode_message
from colophon_emulator.lock import patch
from tests.earlier_code import earlier_code
from tests.protocol.harness import contents
from tests.protocol.harness.cloud import SITE, Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import entries
from tests.protocol.harness.scheduler import upload_and_settle
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import SITE_AND_CLINIC, put

POST = PostRef(contents.CLINIC, "2026")
KEY = PageRef(POST, "en").key
OBJECT = f"en/{POST}/index.html"


@contextmanager
def code_without_these_names() -> Iterator[None]:
    with earlier_code(), patch(keys, "SITE_PAGE_NAMES", frozenset()), patch(keys, "_YEAR", re.compile("(?!)")):
        yield


@pytest.fixture
def world(account: Cloud, transport: Transport) -> World:
    account.empty()
    made = World(account, transport, REAL, listing=True)
    with code_without_these_names():
        upload_and_settle(made, *SITE_AND_CLINIC, put(KEY, contents.edition("en", 1)))
    assert not made.cloud.site()[OBJECT].status
    return made


def republish(world: World) -> None:
    world.queued.append(Message("intake", encode_message(RefreshRequest(POST.folder, is_folder=True, force=True))))
    world.run_until_quiet()


def test_it_stays_and_alarms_until_the_operator_republishes_and_then_it_is_taken_down_and_listed_no_more(
    world: World,
) -> None:
    message = world.put(KEY, contents.edition("en", 2))
    with pytest.raises(Misconfigured, match="“2026” is reserved"):
        world.handler_for(message)()
    assert not world.cloud.site()[OBJECT].status
    republish(world)
    assert world.cloud.site()[OBJECT].status == "404"
    assert not [row for row in entries(world.cloud) if row.entry]


def test_a_page_of_the_sites_own_that_has_taken_the_address_stays(world: World) -> None:
    site = Site(world.cloud.s3, SITE)
    own = SiteObject(OBJECT, b"<p>The posts of 2026.</p>", HTML_TYPE, PAGE_CACHE_CONTROL, {"rev": "2", "fp": "year"})
    token = site.read_token(OBJECT)
    site.swap(own, PageToken(token.etag, token.rev, token.fp))
    republish(world)
    assert world.cloud.site()[OBJECT].content == own.content
    assert not [row for row in entries(world.cloud) if row.entry]
    upload_and_settle(world, put(f"{POST.folder}withdrawal.yaml", contents.withdrawal()))
    assert world.cloud.site()[OBJECT].content == own.content
