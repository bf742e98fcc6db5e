"""Posts that moved: ``a`` is the earliest address, ``b`` and ``c`` are later ones."""

from collections.abc import Mapping, Sequence

from colophon.upload.messages import RefreshRequest, encode_message
from tests.protocol.harness import contents
from tests.protocol.harness.scheduler import Upload
from tests.protocol.harness.world import Message, World
from tests.protocol.scenarios import SITE_AND_CLINIC, Scenario, as_stream_record, delete, put

A, B, C = (f"posts/{contents.CLINIC}/{name}/en.md" for name in "abc")


def post_text(name: str, number: int, moved_from: Sequence[str] = (), lang: str = "en") -> Upload:
    """The post ``name`` in ``lang``."""
    content = contents.edition(lang, number, post=name, moved_from=moved_from)
    return put(f"posts/{contents.CLINIC}/{name}/{lang}.md", content)


def withdraw(name: str, kind: str = "gone") -> Upload:
    return put(f"posts/{contents.CLINIC}/{name}/withdrawal.yaml", contents.withdrawal(kind))


def reinstate(name: str) -> Upload:
    return delete(f"posts/{contents.CLINIC}/{name}/withdrawal.yaml")


def refresh_after(upload: Upload, key: str, place: str = "inbox") -> Upload:
    """An upload that is already handled; what comes is the request for ``key``, the text at an earlier address."""

    def tell(world: World) -> Message:
        world.handler_for(upload(world))()
        return Message("intake", encode_message(RefreshRequest(key)))

    tell.resource = place  # type: ignore[attr-defined]
    return tell


def waiting_request_after(upload: Upload, kind: str) -> Upload:
    """An upload that is already handled, the table's stream too; what comes is the request for claims that wait."""

    def tell(world: World) -> Message:
        world.handler_for(as_stream_record(upload)(world))()
        (message,) = [each for each in world.queued if f'"{kind}/' in each.body]
        world.queued.remove(message)
        return message

    tell.resource = "everywhere"  # type: ignore[attr-defined]
    return tell


MOVED = (*SITE_AND_CLINIC, post_text("b", 1, "a"))
CHAIN = (*SITE_AND_CLINIC, post_text("b", 1, "a"), post_text("c", 1, "b"))

PAIRS: Mapping[str, Scenario] = {
    "a claim, and the old text's deletion": Scenario(
        (*SITE_AND_CLINIC, post_text("a", 1)), (post_text("b", 1, "a"), delete(A))
    ),
    "two claims": Scenario(SITE_AND_CLINIC, (post_text("b", 1, "a"), post_text("c", 1, "a"))),
    "a claim, and its post's withdrawal": Scenario(SITE_AND_CLINIC, (post_text("b", 1, "a"), withdraw("b"))),
    "a redirect, and the old post's withdrawal": Scenario(
        (*SITE_AND_CLINIC, post_text("a", 1), delete(A)), (refresh_after(post_text("b", 1, "a"), A), withdraw("a"))
    ),
    "a redirect, and the claim's end": Scenario(
        SITE_AND_CLINIC, (refresh_after(post_text("b", 1, "a"), A), post_text("b", 2))
    ),
    "a redirect, and its end": Scenario(
        SITE_AND_CLINIC, (refresh_after(post_text("b", 1, "a"), A), refresh_after(delete(B), A, "everywhere"))
    ),
    "a redirect, and a text that comes to the old address": Scenario(
        (*SITE_AND_CLINIC, post_text("a", 1), delete(A)), (refresh_after(post_text("b", 1, "a"), A), post_text("a", 2))
    ),
    "a claim's end, and the claim again": Scenario(
        MOVED, (refresh_after(post_text("b", 2), A), post_text("b", 3, "a"))
    ),
    "a claim's end, and the claim again, to an address that is withdrawn": Scenario(
        (*MOVED, withdraw("a")), (refresh_after(post_text("b", 2), A), post_text("b", 3, "a"))
    ),
    "a claim that comes again, and its end again": Scenario(
        (*MOVED, post_text("b", 2)), (refresh_after(post_text("b", 3, "a"), A), post_text("b", 4))
    ),
    "a redirect, and a second claim": Scenario(
        SITE_AND_CLINIC, (refresh_after(post_text("b", 1, "a"), A), post_text("c", 1, "a"))
    ),
    "a claim, and the first move's deletion": Scenario(MOVED, (post_text("c", 1, "b"), delete(B))),
    "a chain's redirects, and its end": Scenario(
        (*MOVED, delete(B)), (refresh_after(post_text("c", 1, "b"), B), withdraw("c"))
    ),
    "a chain's redirects, and its middle's return": Scenario(CHAIN, (refresh_after(delete(B), A), post_text("b", 2))),
}

STORIES: Mapping[str, tuple[Upload, ...]] = {
    "a post moves and its old text is deleted": (
        *SITE_AND_CLINIC,
        post_text("a", 1),
        post_text("b", 1, "a"),
        delete(A),
    ),
    "a text is deleted, then claimed": (*SITE_AND_CLINIC, post_text("a", 1), delete(A), post_text("b", 1, "a")),
    "an address at which nothing ever was is claimed": (*MOVED, post_text("b", 2, "a"), post_text("b", 3)),
    "a claimed address gets a text, and loses it": (*MOVED, post_text("a", 1), delete(A)),
    "the new post is withdrawn and back": (*MOVED, withdraw("b"), reinstate("b")),
    "the old post is withdrawn and back, though it has no text": (*MOVED, withdraw("a"), reinstate("a")),
    "the old post is withdrawn, the claim ends, and comes again": (
        *(*MOVED, withdraw("a"), post_text("b", 2)),
        *(post_text("b", 3, "a"), reinstate("a")),
    ),
    "the old post, withdrawn, is claimed": (
        *SITE_AND_CLINIC,
        post_text("a", 1),
        withdraw("a"),
        post_text("b", 1, "a"),
        reinstate("a"),
        delete(A),
    ),
    "two claim one address, and one lets go": (*MOVED, post_text("c", 1, "a"), post_text("b", 2)),
    "two claim one address, and one is deleted": (*MOVED, post_text("c", 1, "a"), delete(C)),
    "two claim the address of a live page": (
        *SITE_AND_CLINIC,
        post_text("a", 1),
        post_text("b", 1, "a"),
        post_text("c", 1, "a"),
        delete(A),
    ),
    "a chain": (*CHAIN, delete(B), post_text("c", 2, "b")),
    "a chain whose middle comes back": (*CHAIN, delete(B), post_text("b", 2)),
    "a chain that was deleted before it was claimed": (*MOVED, delete(B), post_text("c", 1, "b"), withdraw("c")),
    "a chain of four whose end goes": (
        *(*CHAIN, delete(B), post_text("d", 1, "c"), delete(C)),
        *(withdraw("d"), reinstate("d")),
    ),
    "a chain that lists all its addresses": (*MOVED, post_text("c", 1, ["b", "a"]), delete(B)),
    "there and back": (
        *SITE_AND_CLINIC,
        post_text("a", 1),
        delete(A),
        post_text("b", 1, "a"),
        delete(B),
        post_text("a", 2, "b"),
        delete(A),
    ),
    "three in a circle, none of them left": (
        *(
            *SITE_AND_CLINIC,
            post_text("a", 1, "c"),
            post_text("b", 1, "a"),
            post_text("c", 1, "b"),
            delete(A),
            delete(B),
        ),
        *(delete(C), post_text("d", 1, "a"), withdraw("d")),
    ),
    "two lead to each other's addresses, and two others claim both": (
        *(*SITE_AND_CLINIC, post_text("a", 1, "b"), post_text("b", 1, "a"), delete(A), delete(B)),
        *(post_text("c", 1, "a"), post_text("d", 1, "b"), delete(C)),
    ),
    "a post claims its own address": (*SITE_AND_CLINIC, post_text("a", 1, "a"), post_text("a", 2, ["a", "b"])),
    "two languages, one of which stays": (
        *(*MOVED, post_text("a", 1), post_text("a", 1, (), "ko"), post_text("b", 1, "a", "ko"), delete(A)),
        delete(A.replace("en", "ko")),
    ),
    "the clinic is suspended and back": (
        *(*MOVED, put(f"clinics/{contents.CLINIC}/clinic.yaml", contents.clinic(2, "suspended"))),
        put(f"clinics/{contents.CLINIC}/clinic.yaml", contents.clinic(3)),
    ),
    "the site changes": (*MOVED, put("site.yaml", contents.site(2)), put("site.yaml", contents.site(3, "ko"))),
    "a claim is in a refused text": (*MOVED, put(B, contents.refused(2)), post_text("b", 3, "a")),
}
