"""The intake queue: from a batch of messages to the verbs that handle them, each post once."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

from msgspec.structs import replace

from colophon.trace import NO_TRACE, Trace, follow, merge_traces
from colophon.upload.keys import (
    NOTIFIED_PREFIXES,
    ClinicFile,
    ClinicGlossary,
    ClinicWithdrawal,
    IgnoredKey,
    ImageRef,
    ImageWithdrawal,
    PageRef,
    PageWithdrawal,
    PostRef,
    PostWithdrawal,
    SiteFile,
    SiteIcon,
    SiteKey,
    SiteStyle,
    UnknownKey,
    parse_key,
    reported_key,
)
from colophon.upload.messages import RefreshRequest, UnreadableMessageError, parse_messages, parse_trace
from colophon.verbs.clients import PublishClients
from colophon.verbs.clinic_and_site import update_clinic, update_site
from colophon.verbs.publish import PublishRequest, publish
from colophon.verbs.read_ahead import ReadAhead
from colophon.verbs.stray import update_stray
from colophon.verbs.waiting_claims import find_waiting

_SETTINGS = (SiteFile, SiteStyle, SiteIcon, ClinicFile, ClinicGlossary, ClinicWithdrawal)
Task: TypeAlias = Callable[[], None]


class IntakeBatch:
    """One batch of messages. A post that several messages name is published once, for all of them together."""

    def __init__(self, bodies: Iterable[str], clients: PublishClients) -> None:
        self._clients = clients
        self._publish_requests: dict[PostRef, PublishRequest] = {}
        self._image_requests: dict[RefreshRequest, None] = {}
        self._settings_requests: list[RefreshRequest] = []
        self._force_site = False
        self._noted: set[tuple[str, str]] = set()
        self._results: dict[object, Exception | None] = {}
        self._traces: dict[object, Trace] = {}
        for body in bodies:
            self._collect(body)
        # With force the rows are read a second time, after the objects: reading ahead would be of no use.
        unforced = [post for post, request in self._publish_requests.items() if not request.force]
        self._read_ahead = ReadAhead(unforced, clients)

    def handle(self, body: str) -> None:
        """Handle every request of the message ``body``, unless another message of the batch already asked for the same.

        Raises what any of them raised, so that the message fails with them.
        """
        for request in parse_messages(body):
            name, task = self._task_for(request)
            if name not in self._results and isinstance(name, PostRef):
                self._publish_all()
            if name not in self._results:
                self._results[name] = self._run_and_catch(name, task)
            if failure := self._results[name]:
                raise failure

    def _publish_all(self) -> None:
        """Publish every post of the batch, after the site and the clinics that it names.

        The first post goes alone: the others then see what it has noted.
        """
        for request in self._settings_requests:
            name, task = self._task_for(request)
            if name not in self._results:
                self._results[name] = self._run_and_catch(name, task)
        self._read_ahead.read()
        posts = list(self._publish_requests)
        for some in (posts[:1], posts[1:]):
            tasks = [partial(self._run_and_catch, post, partial(self._publish, post)) for post in some]
            self._results |= dict(zip(some, self._clients.run_posts(tasks), strict=True))

    def _publish(self, post: PostRef) -> None:
        publish(post, self._publish_requests[post], self._clients, self._read_ahead.take(post), self._noted)

    def _run_and_catch(self, name: object, task: Task) -> Exception | None:
        """What ``task``, called ``name``, raised. It follows from all messages that ask for it."""
        with follow(self._traces.get(name, NO_TRACE)):
            try:
                task()
            except Exception as failure:
                return failure
        return None

    def _collect(self, body: str) -> None:
        try:
            requests = parse_messages(body)
        except UnreadableMessageError:
            return
        trace = parse_trace(body)
        for request in requests:
            post, publish_request = _publish_request(request)
            name = parse_key(request.key)
            if post:
                self._publish_requests[post] = self._publish_requests.get(post, PublishRequest()) | publish_request
            elif isinstance(name, ImageRef | ImageWithdrawal):
                self._image_requests[request] = None
            elif isinstance(name, _SETTINGS):
                self._settings_requests.append(request)
                self._force_site |= request.force and isinstance(name, SiteKey)
            task_name, _ = self._task_for(request)
            self._traces[task_name] = merge_traces((self._traces.get(task_name, NO_TRACE), trace))

    def _task_for(self, request: RefreshRequest) -> tuple[object, Task]:
        clients = self._clients
        post, _ = _publish_request(request)
        if post:
            return post, partial(self._publish, post)
        if request.is_folder:
            return request, partial(fan_out, request, clients)
        match parse_key(request.key):
            case SiteFile() | SiteStyle() | SiteIcon():
                return "site", partial(update_site, clients, force=self._force_site)
            case ClinicFile(clinic=clinic) | ClinicGlossary(clinic=clinic) | ClinicWithdrawal(clinic=clinic):
                return ("clinic", clinic, request.force), partial(update_clinic, clinic, clients, force=request.force)
            case ImageRef() | ImageWithdrawal():
                return "images", partial(clients.images.enqueue, tuple(self._image_requests))
            case UnknownKey(key=key):
                return ("stray", key, request.force), partial(update_stray, key, clients, force=request.force)
            case IgnoredKey() if reported_key(request.key):
                # Only ``sweep`` asks for such a key: it found that no report is there but an upload.
                task = partial(update_stray, request.key, clients, force=request.force)
                return ("stray", request.key, request.force), task
        return request, _do_nothing


def fan_out(request: RefreshRequest, clients: PublishClients) -> None:
    """Enqueue a request for every post, or clinic, under ``request.key``: one page of the listing, and a request for
    the rest of it.

    An address that a post moved away from may have nothing in the inbox. The index knows which of a clinic's
    addresses are claimed, and which claims wait.

    Raises UnreadableMessageError for a folder of another kind: newer code may know it, so the message is kept.
    """
    waiting = find_waiting(request, clients.index)
    if waiting is not None:
        clients.intake.enqueue(waiting)
        return
    if not request.key.startswith(NOTIFIED_PREFIXES):
        raise UnreadableMessageError(f"this version does not know how to refresh {request.key!r:.200}")
    page = clients.inbox.list_keys(request.key, request.after)
    requests = list(dict.fromkeys(found_request for key in page.keys if (found_request := _request_for(key, request))))
    if page.after:
        requests.append(replace(request, after=page.after))
    match request.key.split("/"):
        case ["posts", clinic, ""] if clinic and not request.after:
            requests += [replace(request, key=post.folder) for post in clients.index.read_claimed_posts(clinic)]
    clients.intake.enqueue(list(dict.fromkeys(requests)))


def _request_for(key: str, request: RefreshRequest) -> RefreshRequest | None:
    match key.split("/"):
        case ["posts", clinic, post, *_, _]:
            return replace(request, key=PostRef(clinic, post).folder, after="")
        case ["clinics", clinic, _]:
            return RefreshRequest(ClinicFile(clinic).key, force=request.force)
    return None


def _publish_request(request: RefreshRequest) -> tuple[PostRef | None, PublishRequest]:
    """The post that ``request`` names, if it names one, and what it asks of it."""
    if request.is_folder:
        match request.key.split("/"):
            case ["posts", clinic, name, ""]:
                return PostRef(clinic, name), PublishRequest(
                    all_languages=True,
                    images=request.with_images,
                    force=request.force,
                    rebuild_files=request.rebuild_files,
                )
        return None, PublishRequest()
    match parse_key(request.key):
        case PageRef(post=post, lang=lang):
            return post, PublishRequest(langs=frozenset({lang}), force=request.force)
        case PageWithdrawal(page=page):
            return page.post, PublishRequest(langs=frozenset({page.lang}), force=request.force)
        case PostWithdrawal(post=post):
            return post, PublishRequest(all_languages=True, images=True, force=request.force)
    return None, PublishRequest()


def _do_nothing() -> None:
    """Directory markers ask for nothing."""
