"""What a million new posts cost at list price, call by call: ten of one clinic and month come together.

The prices are those of ``colophon_ops.republish``. The uploads themselves are not counted. Calls, their bytes and the
invocations are counted. Of the milliseconds, those of the processor were measured (``processor_time``), and those of
waiting for AWS are modelled from the calls (``modelled_time``).

There are two baskets. In the first a post is one English text without tags. In the second it is a Korean original, its
English translation with three tags, and an image that both show; each post's files come one after the other. What is
gathered, as the search and the pages of tags, costs by time (``search_cost``).
"""

import io
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from PIL import Image

from colophon.stores.sizes import item_size
from colophon.upload.keys import ImageRef, PageRef, PostRef
from colophon.wiring.pages import POSTS_AT_ONCE, REPORTS_AT_ONCE
from colophon.wiring.upkeep import GROUPS_AT_ONCE, SWAPS_AT_ONCE
from colophon_ops.republish import CALL, GET, MESSAGE, PUT, READ, SECOND, WRITE
from tests.bench.call_prices import PRICED_AS_GET, PRICED_AS_PUT
from tests.bench.front_matter import build_fields, render_yaml
from tests.bench.modelled_time import ModelledTime
from tests.bench.one_post import DAY_AFTER, new_post
from tests.bench.one_site import Functions, build_site, functions_of_template
from tests.bench.post import make_post
from tests.bench.processor_time import read_measured
from tests.protocol.harness.cloud import Cloud, emulated_cloud

_BATCH, _MILLION, _MB_PER_GB = 10, 1_000_000, 1024
_FUNCTIONS = ("publish", "image", "relist", "report")
# The files of a batch, from the number of posts that the site has and that of the batch, as (key, content).
Basket = Callable[[int, int], Iterator[tuple[str, str | bytes]]]


class Line(Struct, order=True, frozen=True):
    """One line of the bill: which function makes which call, of what."""

    function: str
    call: str
    of: str


@dataclass
class Bill:
    """What calls cost, in dollars, and how many there were; and the time of each function."""

    cloud: Cloud
    functions: Functions
    counts: Counter[Line] = field(default_factory=Counter)
    dollars: Counter[Line] = field(default_factory=Counter)
    times: defaultdict[str, ModelledTime] = field(default_factory=lambda: defaultdict(ModelledTime))

    def record_request(self, params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """Before a call: what it asks."""
        context["bill"] = params

    def record_response(self, model: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        """After a call: what it cost."""
        self.times[self.functions.running].record(model.name)
        if model.service_model.service_name == "s3":
            self._add(model.name, _kind_of_key(context["bill"].get("Key", "")), _price_of_request(model.name))
            return
        for of, price in self._priced_items(model.name, context["bill"], parsed):
            self._add(model.name, of, price)

    def by_service(self, service: str) -> float:
        """The dollars for ``service``, ``s3`` or ``dynamodb``."""
        is_s3 = service == "s3"
        return sum(price for line, price in self.dollars.items() if line.call.endswith(("Object", "Versions")) is is_s3)

    def _add(self, call: str, of: str, price: float) -> None:
        line = Line(self.functions.running, call, of)
        self.counts[line] += 1
        self.dollars[line] += price

    def _priced_items(
        self, operation: str, asked: Mapping[str, Any], parsed: Mapping[str, Any]
    ) -> Iterator[tuple[str, float]]:
        """DynamoDB's rules: 4 KB a read unit, half of one where consistency is not asked for; 1 KB a write unit; twice
        as much in a transaction; at least one for each item (Developer Guide, "On-demand capacity mode")."""
        share = 1.0 if asked.get("ConsistentRead") else 0.5
        match operation:
            case "TransactGetItems":
                for each, answer in zip(asked["TransactItems"], parsed["Responses"], strict=True):
                    yield _kind_of_item(each["Get"]["Key"]), 2 * READ * _reads(answer.get("Item", {}))
            case "TransactWriteItems":
                for (action,) in (each.values() for each in asked["TransactItems"]):
                    yield _kind_of_item(action.get("Item") or action["Key"]), 2 * WRITE * self._writes(action)
            case "PutItem" | "UpdateItem" | "DeleteItem":
                yield _kind_of_item(asked.get("Item") or asked["Key"]), WRITE * self._writes(asked)
            case "GetItem":
                yield _kind_of_item(asked["Key"]), share * READ * _reads(parsed.get("Item", {}))
            case "BatchGetItem":
                for item in (each for items in parsed["Responses"].values() for each in items):
                    yield _kind_of_item(item), READ * _reads(item)
            case "Query":
                size = sum(map(item_size, parsed["Items"]))
                name = asked["ExpressionAttributeValues"][":pk"]["S"].partition("#")[0]
                yield name, share * READ * max(1, math.ceil(size / 4096))
            case _:
                raise NotImplementedError(f"What {operation} costs is not known here.")

    def _writes(self, asked: Mapping[str, Any]) -> int:
        key = asked.get("Item") or asked["Key"]
        stored = self.cloud.items().get((key["pk"]["S"], key["sk"]["S"]), {})
        return max(1, math.ceil(item_size(stored) / 1024))


def measure_price(posts: int) -> dict[str, float]:
    """Dollars for a million posts that come ten at a time to a site of ``posts``, in all, by service and by call."""
    figures: dict[str, float] = {}
    for name in BASKETS:
        with emulated_cloud() as account:
            found = measure_basket(account, build_site(account, posts), posts, name)
        figures |= {f"price.{name}{of}": dollars for of, dollars in found.items()}
    return figures


def measure_basket(account: Cloud, functions: Functions, posts: int, basket: str) -> dict[str, float]:
    """Dollars for a million posts as in ``basket``, ten at a time: in all, by service and by call."""
    # The first batch of a month makes its listings; the second finds them.
    functions.upload(*BASKETS[basket](posts, 0))
    functions.settle()
    functions.upload(*BASKETS[basket](posts, 1))
    functions.invocations.clear()
    with bill_calls(account, functions) as bill:
        functions.settle()
    by_service = {"s3": bill.by_service("s3"), "dynamodb": bill.by_service("dynamodb")}
    processor = read_measured()[basket]
    by_service["lambda"] = sum(_price_of_function(name, bill, processor.get(name, 0.0)) for name in _FUNCTIONS)
    # A message is received and deleted ten at a time; those of the image queue come one by one, and are sent first.
    by_service["sqs"] = (2 * functions.invocations["publish"] + 3 * functions.invocations["image"]) * MESSAGE
    calls = {
        f".{line.function}.{line.call}.{line.of}".rstrip("."): dollars / _BATCH * _MILLION
        for line, dollars in sorted(bill.dollars.items())
    }
    counted = sum(len(time.calls) for time in bill.times.values())
    return {
        "": sum(by_service.values()) / _BATCH * _MILLION,
        **{f".{service}": dollars / _BATCH * _MILLION for service, dollars in by_service.items()},
        **calls,
        ".calls_a_post": counted / _BATCH,
    }


def _price_of_function(name: str, bill: Bill, processor: float) -> float:
    """``processor``: measured milliseconds of one processor for ten posts."""
    memory = functions_of_template()[f"{name.title()}Function"]["MemorySize"]
    seconds = ModelledTime(bill.times[name].waiting, processor).seconds(memory)
    return bill.functions.invocations[name] * CALL + seconds * memory / _MB_PER_GB * SECOND


def text_files(posts: int, batch: int) -> Iterator[tuple[str, str | bytes]]:
    """Ten posts of the first basket, beside a site of ``posts``."""
    for number in range(_BATCH * batch, _BATCH * (batch + 1)):
        yield new_post(posts, number, DAY_AFTER, has_tags=False)


def language_and_image_files(posts: int, batch: int) -> Iterator[tuple[str, str | bytes]]:
    """Ten posts of the second basket, beside a site of ``posts``."""
    clinic = make_post(posts // 2).clinic
    for number in range(_BATCH * batch, _BATCH * (batch + 1)):
        draft = make_post(1_000_000 + number)
        url = f"{clinic.blog}/{230_000_000_000 + number}"
        post = replace(draft, clinic=clinic, posted=DAY_AFTER, url=url, tags=("knees", "sleep", "water"))
        ref = PostRef(clinic.key, post.name)
        english = {**build_fields(post), "images": {"desk.jpg": {"alt": "A desk by the window."}}}
        korean = {name: value for name, value in english.items() if name != "translation"}
        korean["source"] = {name: value for name, value in english["source"].items() if name != "archive_url"}
        body = f"---\n\n{post.body}\n\n![A desk by the window.](desk.jpg)\n"
        yield ImageRef(ref, "desk.jpg").key, _photo(number)
        yield PageRef(ref, "ko").key, f"---\n{render_yaml(korean)}{body}"
        yield PageRef(ref, "en").key, f"---\n{render_yaml(english)}{body}"


BASKETS: Mapping[str, Basket] = {"million_posts": text_files, "second_basket": language_and_image_files}


def _photo(number: int) -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").resize((1280, 850 + number)).convert("RGB").save(content, "JPEG")
    return content.getvalue()


@contextmanager
def bill_calls(account: Cloud, functions: Functions) -> Iterator[Bill]:
    """Within the block, every call is on the bill of the function that runs."""
    bill = Bill(account, functions)
    relist = bill.times["relist"]
    runners = {"run_groups": relist.run_at_once(GROUPS_AT_ONCE), "run_swaps": relist.run_at_once(SWAPS_AT_ONCE)}
    functions.shelves = replace(functions.shelves, **runners)
    functions.publish_clients.run_posts = bill.times["publish"].run_at_once(POSTS_AT_ONCE)
    functions.run_reports = bill.times["report"].run_at_once(REPORTS_AT_ONCE)
    for client in (account.s3, account.dynamodb):
        client.meta.events.register("provide-client-params", bill.record_request)
        client.meta.events.register("after-call", bill.record_response)
    try:
        yield bill
    finally:
        for client in (account.s3, account.dynamodb):
            client.meta.events.unregister("provide-client-params", bill.record_request)
            client.meta.events.unregister("after-call", bill.record_response)


def _price_of_request(operation: str) -> float:
    """Of S3."""
    if operation not in PRICED_AS_PUT | PRICED_AS_GET:
        raise NotImplementedError(f"What {operation} costs is not known here.")
    return PUT if operation in PRICED_AS_PUT else GET


def _reads(item: Mapping[str, Any]) -> int:
    return max(1, math.ceil(item_size(item) / 4096))


def _kind_of_item(key: Mapping[str, Any]) -> str:
    return str(key["pk"]["S"]).partition("#")[0]


def _kind_of_key(key: str) -> str:
    """``report``, ``upload``, ``image``, ``page``, or the listing's own file."""
    match key.split("/"):
        case [("reports" | "posts" | "images") as folder, *_]:
            return {"reports": "report", "posts": "upload", "images": "image"}[folder]
        case [_, _, name, "index.html"] if not name.isdecimal() and name != "profile":
            return "page"
        case [_, _, year, "index.html"] if year.isdecimal():
            return "year"
        case [_, _, year, _, "index.html"] if year.isdecimal():
            return "month"
        case [_, _, "tags", _, "index.html"]:
            return "tag"
        case [_, "index.html"]:
            return "home"
        case [_, name]:
            return f"home {name}"
        case [_, _, "index.html"]:
            return "archive"
        case [*_, name]:
            return name.partition("-")[0] if "-" in name else name
    return key
