"""One upload after the other, each handled before the next: nothing depends on a request that no handler sends."""

from unicodedata import normalize

import pytest

from tests.protocol.harness import contents
from tests.protocol.harness.at_rest import check_at_rest, check_replay, clean_build
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.invariants import InvariantChecker
from tests.protocol.harness.saved_starts import restore_or_settle
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.transport import Transport
from tests.protocol.harness.world import World
from tests.protocol.scenarios import (
    CLINIC,
    EN,
    KO,
    LIVE,
    PICTURE,
    SITE,
    SITE_AND_CLINIC,
    WITHDRAWAL,
    WITHDRAWAL_EN,
    delete,
    put,
)

WITHDRAWAL_PICTURE, WITHDRAWAL_CLINIC = f"{PICTURE}.withdrawal.yaml", f"clinics/{contents.CLINIC}/withdrawal.yaml"
COMPOSED, DECOMPOSED = (normalize(form, "방.png") for form in ("NFC", "NFD"))
SHOWN = (*SITE_AND_CLINIC, put(PICTURE, contents.drawing(1)), put(EN, contents.edition("en", 1, "room.png")))

STORIES: dict[str, tuple[Upload, ...]] = {
    "a text is deleted, then its clinic is withdrawn": (
        *LIVE,
        delete(EN),
        put(WITHDRAWAL_CLINIC, contents.withdrawal()),
    ),
    "a text is deleted, then its clinic suspended": (*LIVE, delete(EN), put(CLINIC, contents.clinic(2, "suspended"))),
    "a text is deleted, then the site changes": (*LIVE, delete(EN), put(SITE, contents.site(2))),
    "a text is deleted, then a sibling changes": (
        *(*LIVE, put(KO, contents.edition("ko", 1)), delete(EN)),
        put(KO, contents.edition("ko", 2)),
    ),
    "a text is refused, then a sibling comes": (
        *(*SITE_AND_CLINIC, put(EN, contents.refused(1))),
        put(KO, contents.edition("ko", 1)),
    ),
    "a text waits for its image, then a sibling comes": (
        *(*SITE_AND_CLINIC, put(EN, contents.edition("en", 1, "room.png")), put(KO, contents.edition("ko", 1))),
        put(PICTURE, contents.drawing(1)),
    ),
    "a text in a language that the site has not is withdrawn": (
        *(*LIVE, put(f"{contents.POST}ja.md", contents.edition("ja", 1))),
        put(WITHDRAWAL, contents.withdrawal()),
    ),
    "a withdrawn text is deleted, then the site changes": (
        *(*LIVE, put(WITHDRAWAL_EN, contents.withdrawal()), delete(EN)),
        put(SITE, contents.site(2)),
    ),
    "a withdrawn text is deleted and comes back": (
        *(*LIVE, put(WITHDRAWAL_EN, contents.withdrawal()), delete(EN), put(EN, contents.edition("en", 2))),
        delete(WITHDRAWAL_EN),
    ),
    "an image is withdrawn before it came, then its post": (
        *(
            *SITE_AND_CLINIC,
            put(EN, contents.edition("en", 1, "room.png")),
            put(WITHDRAWAL_PICTURE, contents.withdrawal()),
        ),
        put(WITHDRAWAL, contents.withdrawal("legal", 2)),
    ),
    "an image is deleted, then its clinic is withdrawn and back": (
        *(*SHOWN, delete(PICTURE), put(WITHDRAWAL_CLINIC, contents.withdrawal())),
        delete(WITHDRAWAL_CLINIC),
    ),
    "an image is withdrawn, deleted, and comes back": (
        *(*SHOWN, put(WITHDRAWAL_PICTURE, contents.withdrawal()), delete(PICTURE), put(PICTURE, contents.drawing(1))),
        delete(WITHDRAWAL_PICTURE),
    ),
    "everything of a post is deleted, then its clinic is withdrawn": (
        *(*SHOWN, delete(EN), delete(PICTURE)),
        put(WITHDRAWAL_CLINIC, contents.withdrawal()),
    ),
    "a sound image, then a broken one whose name is spelt otherwise": (
        *(
            *LIVE,
            put(f"{contents.POST}{DECOMPOSED}", contents.drawing(1)),
            put(EN, contents.edition("en", 2, COMPOSED)),
        ),
        put(f"{contents.POST}{COMPOSED}", b"no image"),
    ),
    "an image in two spellings is withdrawn": (
        *(
            *LIVE,
            put(f"{contents.POST}{DECOMPOSED}", contents.drawing(1)),
            put(EN, contents.edition("en", 2, COMPOSED)),
        ),
        *(
            put(f"{contents.POST}{COMPOSED}", contents.drawing(1)),
            put(f"{contents.POST}{COMPOSED}.withdrawal.yaml", b""),
        ),
        *(delete(f"{contents.POST}{COMPOSED}.withdrawal.yaml"), delete(f"{contents.POST}{COMPOSED}")),
    ),
    "a clinic is withdrawn and back, with its images": (
        *(*SHOWN, put(WITHDRAWAL_CLINIC, contents.withdrawal())),
        delete(WITHDRAWAL_CLINIC),
    ),
    "a correction names an image that comes later": (
        *(*LIVE, put(EN, contents.edition("en", 2, "room.png"))),
        put(PICTURE, contents.drawing(1)),
    ),
    "a language is taken off the site, the site changes, and the language is put on it again": (
        *(*LIVE, put(KO, contents.edition("ko", 1)), put(SITE, contents.site(2, "ko"))),
        *(put(SITE, contents.site(3, "ko")), put(SITE, contents.site(4))),
    ),
    "a language without posts is taken off the site, then the site changes": (
        *(
            put(SITE, contents.site(1, "en, ko, ja")),
            *LIVE[1:],
            put(SITE, contents.site(2)),
            put(SITE, contents.site(3)),
        ),
    ),
    "a clinic's record is deleted, then the site changes, and the record comes back": (
        *(*LIVE, delete(CLINIC), put(SITE, contents.site(2)), put(CLINIC, contents.clinic(2))),
    ),
    "a clinic is suspended, then the site changes, and the clinic is active again": (
        *(
            *LIVE,
            put(CLINIC, contents.clinic(2, "suspended")),
            put(SITE, contents.site(2)),
            put(CLINIC, contents.clinic(3)),
        ),
    ),
    "a clinic is withdrawn, its record deleted, then the site changes, and both come back": (
        *(*LIVE, put(WITHDRAWAL_CLINIC, contents.withdrawal()), delete(CLINIC), put(SITE, contents.site(2))),
        *(put(CLINIC, contents.clinic(2)), delete(WITHDRAWAL_CLINIC)),
    ),
    "a clinic's record is deleted, then the site changes": (*LIVE, delete(CLINIC), put(SITE, contents.site(2))),
    "a clinic is withdrawn, then its language is taken off the site": (
        *(*LIVE, put(WITHDRAWAL_CLINIC, contents.withdrawal()), put(SITE, contents.site(2, "ko"))),
    ),
    "the site's settings are deleted and come back": (*LIVE, delete(SITE), put(SITE, contents.site(2))),
    "a clinic comes before the site's settings": (
        SITE_AND_CLINIC[1],
        put(EN, contents.edition("en", 1)),
        SITE_AND_CLINIC[0],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_at_rest_the_site_is_a_clean_build_and_replays_write_nothing(
    story: str, account: Cloud, transport: Transport
) -> None:
    account.empty()
    # Listings hang on an image only by the page that shows it.
    world, checker = World(account, transport, REAL, listing="image" not in story), InvariantChecker(account)
    restore_or_settle(world, STORIES[story][:2])
    checker.check()
    for upload in STORIES[story][2:]:
        world.queued.append(upload(world))
        world.run_until_quiet()
        checker.check()
        check_at_rest(world, clean := clean_build(world))
    check_replay(world)
    check_at_rest(world, clean)
