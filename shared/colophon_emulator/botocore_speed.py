"""What botocore reads and computes for every session and every client, kept for all of them.

Each execution environment of a function has a session and clients of its own, so a stack creates dozens. No patch
changes what a client does, but for the signature of its requests.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import FunctionType
from typing import Any

from botocore import endpoint_provider, hooks, useragent
from botocore.auth import SigV4Auth
from botocore.loaders import JSONFileLoader, Loader

from colophon_emulator.lock import patch


@contextmanager
def cache_service_descriptions() -> Iterator[None]:
    """Share botocore's descriptions of the AWS services among all sessions.

    Each function has its own session, and each session would read the list of all regions and services from disk.
    botocore also cleans each character of the user agent for every request; that is cached too. Always on: 10 % of a
    small run.
    """
    read = _cache_descriptions(JSONFileLoader.load_file)
    clean = cache(useragent.sanitize_user_agent_string_component)
    with (
        patch(JSONFileLoader, "load_file", lambda _, path: read(path)),
        patch(Loader, "list_available_services", _cache_service_names(Loader.list_available_services)),
        patch(useragent, "sanitize_user_agent_string_component", clean),
    ):
        yield


@cache
def _cache_descriptions(load_file: Callable[[Any, str], Any]) -> Callable[[str], Any]:
    """``load_file`` with a cache that lives as long as the process: the files don't change."""
    return cache(lambda path: load_file(JSONFileLoader(), path))


def _cache_service_names(list_services: Callable[..., Any]) -> Callable[..., Any]:
    found: dict[tuple[Any, ...], Any] = {}

    def list_available_services(loader: Any, type_name: str) -> Any:
        key = (type_name, *loader.search_paths)
        if key not in found:
            found[key] = list_services(loader, type_name)
        return found[key]

    return list_available_services


@contextmanager
def cache_client_parts() -> Iterator[None]:
    """Share the endpoint rules among all clients of a service, and what botocore finds out about its event handlers.

    Always on: a client is created in half the time.
    """
    with ExitStack() as patches:
        patches.enter_context(patch(endpoint_provider, "RuleSet", _share_rules(endpoint_provider.RuleSet)))
        patches.enter_context(patch(hooks, "accepts_kwargs", _ask_once(hooks.accepts_kwargs)))
        patches.enter_context(patch(hooks.EventAliaser, "__init__", _share_aliases(hooks.EventAliaser.__init__)))
        yield


def _share_rules(make: Callable[..., Any]) -> Callable[..., Any]:
    """Rules by the list that describes them, which ``cache_service_descriptions`` keeps."""
    found: dict[int, tuple[Any, Any]] = {}

    def rules_of(*, rules: Any, **others: Any) -> Any:
        if id(rules) not in found:
            found[id(rules)] = rules, make(rules=rules, **others)
        return found[id(rules)][1]

    return rules_of


def _ask_once(accepts_kwargs: Callable[[Any], Any]) -> Callable[[Any], Any]:
    ask = cache(accepts_kwargs)

    def ask_of_functions(handler: Any) -> Any:
        function = getattr(handler, "__func__", handler)
        return ask(function) if isinstance(function, FunctionType) else accepts_kwargs(handler)

    return ask_of_functions


def _share_aliases(initialize: Callable[..., None]) -> Callable[..., None]:
    names: dict[str, str] = {}

    def initialize_with_names(aliaser: Any, event_emitter: Any, event_aliases: Any = None) -> None:
        initialize(aliaser, event_emitter, event_aliases)
        if aliaser._event_aliases == hooks.EVENT_ALIASES:
            aliaser._alias_name_cache = names

    return initialize_with_names


@contextmanager
def sign_without_hashing() -> Iterator[None]:
    """Sign each request with zeros, which moto accepts as it accepts any signature. All other headers stay the same.

    Always on: 9 % of each request.
    """
    with ExitStack() as patches:
        for name in ("canonical_request", "string_to_sign"):
            patches.enter_context(patch(SigV4Auth, name, lambda *_: ""))
        patches.enter_context(patch(SigV4Auth, "signature", lambda *_: "0" * 64))
        yield
