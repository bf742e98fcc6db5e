"""One upload after the other, each answered before the next comes: what must not hang on what nobody rings for."""

from unicodedata import normalize

import pytest

from tests.protocol.harness import texts
from tests.protocol.harness.beginnings import settled
from tests.protocol.harness.cloud import Cloud
from tests.protocol.harness.eyes import Eyes
from tests.protocol.harness.functions import REAL
from tests.protocol.harness.rest import check_replay, check_rest, clean_build
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.stage import Stage
from tests.protocol.harness.world import World
from tests.protocol.scenarios import CLINIC, EN, HOUSE, KO, LIVE, ORDER, ORDER_EN, PICTURE, SITE, delete, put

ORDER_PICTURE, ORDER_CLINIC = f"{PICTURE}.withdrawal.yaml", f"clinics/{texts.CLINIC}/withdrawal.yaml"
COMPOSED, DECOMPOSED = (normalize(form, "방.png") for form in ("NFC", "NFD"))
SHOWN = (*HOUSE, put(PICTURE, texts.drawing(1)), put(EN, texts.edition("en", 1, "room.png")))

STORIES: dict[str, tuple[Upload, ...]] = {
    "a text is deleted, then its clinic is withdrawn": (*LIVE, delete(EN), put(ORDER_CLINIC, texts.withdrawal())),
    "a text is deleted, then its clinic suspended": (*LIVE, delete(EN), put(CLINIC, texts.clinic(2, "suspended"))),
    "a text is deleted, then the site changes": (*LIVE, delete(EN), put(SITE, texts.site(2))),
    "a text is deleted, then a sibling changes": (
        *(*LIVE, put(KO, texts.edition("ko", 1)), delete(EN)),
        put(KO, texts.edition("ko", 2)),
    ),
    "a text is refused, then a sibling comes": (
        *(*HOUSE, put(EN, texts.refused(1))),
        put(KO, texts.edition("ko", 1)),
    ),
    "a text waits for its image, then a sibling comes": (
        *(*HOUSE, put(EN, texts.edition("en", 1, "room.png")), put(KO, texts.edition("ko", 1))),
        put(PICTURE, texts.drawing(1)),
    ),
    "a text in a language that the site has not is withdrawn": (
        *(*LIVE, put(f"{texts.POST}ja.md", texts.edition("ja", 1))),
        put(ORDER, texts.withdrawal()),
    ),
    "a withdrawn text is deleted, then the site changes": (
        *(*LIVE, put(ORDER_EN, texts.withdrawal()), delete(EN)),
        put(SITE, texts.site(2)),
    ),
    "a withdrawn text is deleted and comes back": (
        *(*LIVE, put(ORDER_EN, texts.withdrawal()), delete(EN), put(EN, texts.edition("en", 2))),
        delete(ORDER_EN),
    ),
    "an image is withdrawn before it came, then its post": (
        *(*HOUSE, put(EN, texts.edition("en", 1, "room.png")), put(ORDER_PICTURE, texts.withdrawal())),
        put(ORDER, texts.withdrawal("legal", 2)),
    ),
    "an image is deleted, then its clinic is withdrawn and back": (
        *(*SHOWN, delete(PICTURE), put(ORDER_CLINIC, texts.withdrawal())),
        delete(ORDER_CLINIC),
    ),
    "an image is withdrawn, deleted, and comes back": (
        *(*SHOWN, put(ORDER_PICTURE, texts.withdrawal()), delete(PICTURE), put(PICTURE, texts.drawing(1))),
        delete(ORDER_PICTURE),
    ),
    "everything of a post is deleted, then its clinic is withdrawn": (
        *(*SHOWN, delete(EN), delete(PICTURE)),
        put(ORDER_CLINIC, texts.withdrawal()),
    ),
    "a sound image, then a broken one whose name is spelt otherwise": (
        *(*LIVE, put(f"{texts.POST}{DECOMPOSED}", texts.drawing(1)), put(EN, texts.edition("en", 2, COMPOSED))),
        put(f"{texts.POST}{COMPOSED}", b"no image"),
    ),
    "an image in two spellings is withdrawn": (
        *(*LIVE, put(f"{texts.POST}{DECOMPOSED}", texts.drawing(1)), put(EN, texts.edition("en", 2, COMPOSED))),
        *(put(f"{texts.POST}{COMPOSED}", texts.drawing(1)), put(f"{texts.POST}{COMPOSED}.withdrawal.yaml", b"")),
        *(delete(f"{texts.POST}{COMPOSED}.withdrawal.yaml"), delete(f"{texts.POST}{COMPOSED}")),
    ),
    "a clinic is withdrawn and back, with its images": (
        *(*SHOWN, put(ORDER_CLINIC, texts.withdrawal())),
        delete(ORDER_CLINIC),
    ),
    "a correction names an image that comes later": (
        *(*LIVE, put(EN, texts.edition("en", 2, "room.png"))),
        put(PICTURE, texts.drawing(1)),
    ),
    "a language is taken off the site, the site changes, and the language is put on it again": (
        *(*LIVE, put(KO, texts.edition("ko", 1)), put(SITE, texts.site(2, "ko"))),
        *(put(SITE, texts.site(3, "ko")), put(SITE, texts.site(4))),
    ),
    "a language without posts is taken off the site, then the site changes": (
        *(put(SITE, texts.site(1, "en, ko, ja")), *LIVE[1:], put(SITE, texts.site(2)), put(SITE, texts.site(3))),
    ),
    "a clinic's record is deleted, then the site changes, and the record comes back": (
        *(*LIVE, delete(CLINIC), put(SITE, texts.site(2)), put(CLINIC, texts.clinic(2))),
    ),
    "a clinic is suspended, then the site changes, and the clinic is active again": (
        *(*LIVE, put(CLINIC, texts.clinic(2, "suspended")), put(SITE, texts.site(2)), put(CLINIC, texts.clinic(3))),
    ),
    "a clinic is withdrawn, its record deleted, then the site changes, and both come back": (
        *(*LIVE, put(ORDER_CLINIC, texts.withdrawal()), delete(CLINIC), put(SITE, texts.site(2))),
        *(put(CLINIC, texts.clinic(2)), delete(ORDER_CLINIC)),
    ),
    "a clinic's record is deleted, then the site changes": (*LIVE, delete(CLINIC), put(SITE, texts.site(2))),
    "a clinic is withdrawn, then its language is taken off the site": (
        *(*LIVE, put(ORDER_CLINIC, texts.withdrawal()), put(SITE, texts.site(2, "ko"))),
    ),
    "the site's settings are deleted and come back": (*LIVE, delete(SITE), put(SITE, texts.site(2))),
    "a clinic comes before the site's settings": (HOUSE[1], put(EN, texts.edition("en", 1)), HOUSE[0]),
}


@pytest.mark.parametrize("story", STORIES)
def test_at_rest_the_site_is_a_clean_build_and_replays_write_nothing(story: str, account: Cloud, stage: Stage) -> None:
    account.empty()
    # Listings hang on an image only by the page that shows it.
    world, eyes = World(account, stage, REAL, listing="image" not in story), Eyes(account)
    settled(world, STORIES[story][:2])
    eyes.look()
    for upload in STORIES[story][2:]:
        world.waiting.append(upload(world))
        world.settle()
        eyes.look()
        check_rest(world, clean := clean_build(world))
    check_replay(world)
    check_rest(world, clean)
