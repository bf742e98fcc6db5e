"""Posts that moved: ``a`` is the earliest address, ``b`` and ``c`` are later ones."""

from collections.abc import Mapping, Sequence

from colophon.upload.messages import Ring, ring_body
from tests.protocol.harness import texts
from tests.protocol.harness.schedules import Upload
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import HOUSE, Scene, delete, put

A, B, C = (f"posts/{texts.CLINIC}/{name}/en.md" for name in "abc")


def text(name: str, number: int, moved_from: Sequence[str] = (), lang: str = "en") -> Upload:
    """The post ``name`` in ``lang``."""
    content = texts.edition(lang, number, post=name, moved_from=moved_from)
    return put(f"posts/{texts.CLINIC}/{name}/{lang}.md", content)


def order(name: str, kind: str = "gone") -> Upload:
    return put(f"posts/{texts.CLINIC}/{name}/withdrawal.yaml", texts.withdrawal(kind))


def end(name: str) -> Upload:
    return delete(f"posts/{texts.CLINIC}/{name}/withdrawal.yaml")


def rung_after(upload: Upload, key: str, place: str = "inbox") -> Upload:
    """An upload that is answered for already; what comes is the ring for ``key``, the text at an earlier address."""

    def tell(world: World) -> Message:
        world.work(upload(world))()
        return Message("intake", ring_body(Ring(key)))

    tell.place = place  # type: ignore[attr-defined]
    return tell


MOVED = (*HOUSE, text("b", 1, "a"))
CHAIN = (*HOUSE, text("b", 1, "a"), text("c", 1, "b"))

PAIRS: Mapping[str, Scene] = {
    "a claim, and the old text's deletion": Scene((*HOUSE, text("a", 1)), (text("b", 1, "a"), delete(A))),
    "two claims": Scene(HOUSE, (text("b", 1, "a"), text("c", 1, "a"))),
    "a claim, and its post's withdrawal": Scene(HOUSE, (text("b", 1, "a"), order("b"))),
    "a redirect, and the old post's withdrawal": Scene(
        (*HOUSE, text("a", 1), delete(A)), (rung_after(text("b", 1, "a"), A), order("a"))
    ),
    "a redirect, and the claim's end": Scene(HOUSE, (rung_after(text("b", 1, "a"), A), text("b", 2))),
    "a redirect, and its end": Scene(HOUSE, (rung_after(text("b", 1, "a"), A), rung_after(delete(B), A, "everywhere"))),
    "a redirect, and a text that comes to the old address": Scene(
        (*HOUSE, text("a", 1), delete(A)), (rung_after(text("b", 1, "a"), A), text("a", 2))
    ),
    "a claim's end, and the claim again": Scene(MOVED, (rung_after(text("b", 2), A), text("b", 3, "a"))),
    "a claim's end, and the claim again, to an address that is withdrawn": Scene(
        (*MOVED, order("a")), (rung_after(text("b", 2), A), text("b", 3, "a"))
    ),
    "a claim that comes again, and its end again": Scene(
        (*MOVED, text("b", 2)), (rung_after(text("b", 3, "a"), A), text("b", 4))
    ),
    "a redirect, and a second claim": Scene(HOUSE, (rung_after(text("b", 1, "a"), A), text("c", 1, "a"))),
    "a claim, and the first move's deletion": Scene(MOVED, (text("c", 1, "b"), delete(B))),
    "a chain's redirects, and its end": Scene((*MOVED, delete(B)), (rung_after(text("c", 1, "b"), B), order("c"))),
    "a chain's redirects, and its middle's return": Scene(CHAIN, (rung_after(delete(B), A), text("b", 2))),
}

STORIES: Mapping[str, tuple[Upload, ...]] = {
    "a post moves and its old text is deleted": (*HOUSE, text("a", 1), text("b", 1, "a"), delete(A)),
    "a text is deleted, then claimed": (*HOUSE, text("a", 1), delete(A), text("b", 1, "a")),
    "an address at which nothing ever was is claimed": (*MOVED, text("b", 2, "a"), text("b", 3)),
    "a claimed address gets a text, and loses it": (*MOVED, text("a", 1), delete(A)),
    "the new post is withdrawn and back": (*MOVED, order("b"), end("b")),
    "the old post is withdrawn and back, though it has no text": (*MOVED, order("a"), end("a")),
    "the old post is withdrawn, the claim ends, and comes again": (
        *(*MOVED, order("a"), text("b", 2)),
        *(text("b", 3, "a"), end("a")),
    ),
    "the old post, withdrawn, is claimed": (*HOUSE, text("a", 1), order("a"), text("b", 1, "a"), end("a"), delete(A)),
    "two claim one address, and one lets go": (*MOVED, text("c", 1, "a"), text("b", 2)),
    "two claim one address, and one is deleted": (*MOVED, text("c", 1, "a"), delete(C)),
    "two claim the address of a live page": (*HOUSE, text("a", 1), text("b", 1, "a"), text("c", 1, "a"), delete(A)),
    "a chain": (*CHAIN, delete(B), text("c", 2, "b")),
    "a chain whose middle comes back": (*CHAIN, delete(B), text("b", 2)),
    "a chain that was deleted before it was claimed": (*MOVED, delete(B), text("c", 1, "b"), order("c")),
    "a chain of four whose end goes": (
        *(*CHAIN, delete(B), text("d", 1, "c"), delete(C)),
        *(order("d"), end("d")),
    ),
    "a chain that lists all its addresses": (*MOVED, text("c", 1, ["b", "a"]), delete(B)),
    "there and back": (*HOUSE, text("a", 1), delete(A), text("b", 1, "a"), delete(B), text("a", 2, "b"), delete(A)),
    "three in a circle, none of them left": (
        *(*HOUSE, text("a", 1, "c"), text("b", 1, "a"), text("c", 1, "b"), delete(A), delete(B)),
        *(delete(C), text("d", 1, "a"), order("d")),
    ),
    "two lead to each other's addresses, and two others claim both": (
        *(*HOUSE, text("a", 1, "b"), text("b", 1, "a"), delete(A), delete(B)),
        *(text("c", 1, "a"), text("d", 1, "b"), delete(C)),
    ),
    "a post claims its own address": (*HOUSE, text("a", 1, "a"), text("a", 2, ["a", "b"])),
    "two languages, one of which stays": (
        *(*MOVED, text("a", 1), text("a", 1, (), "ko"), text("b", 1, "a", "ko"), delete(A)),
        delete(A.replace("en", "ko")),
    ),
    "the clinic is suspended and back": (
        *(*MOVED, put(f"clinics/{texts.CLINIC}/clinic.yaml", texts.clinic(2, "suspended"))),
        put(f"clinics/{texts.CLINIC}/clinic.yaml", texts.clinic(3)),
    ),
    "the site changes": (*MOVED, put("site.yaml", texts.site(2)), put("site.yaml", texts.site(3, "ko"))),
    "a claim is in a refused text": (*MOVED, put(B, texts.refused(2)), text("b", 3, "a")),
}
