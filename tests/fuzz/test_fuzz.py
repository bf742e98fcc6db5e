"""A share of ``make fuzz`` in every run, with other documents each day; and that it notices what it must."""

import time
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest
from hypothesis import strategies as st

from colophon.images.png import read_chunks
from colophon.problem import Refused
from tests.fuzz.readers import READERS, Reader
from tests.fuzz.run import SHARES, Batch, plan_batches, run_batch
from tests.rotating_seeds import DAY


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_reads_or_refuses_what_it_is_given(reader: str) -> None:
    result = run_batch(Batch(reader, DAY, 100))
    assert result.failure == ""
    assert result.read >= 50


def test_a_million_documents_are_shared_among_all_readers() -> None:
    assert SHARES.keys() == READERS.keys()
    batches = list(plan_batches(1_000_000, 7))
    assert sum(batch.count for batch in batches) == 1_000_000
    assert len({(batch.reader, batch.number) for batch in batches}) == len(batches)


def test_every_function_that_reads_the_bytes_of_an_upload_is_tried() -> None:
    """By reflection: what begins with read_ and takes content as bytes, wherever uploads are read."""
    found = set()
    for module in _modules_that_read():
        for name, function in vars(module).items():
            parameters = getattr(function, "__annotations__", {})
            if name.startswith("read_") and parameters.get("content") is bytes and callable(function):
                found.add(function)
    assert len(found) > 8
    tried = {function for reader in READERS.values() for function in reader.tries}
    assert {f"{each.__module__}.{each.__name__}" for each in found - tried - _PARTS} == set()


# Read only by a reader that is tried.
_PARTS = {read_chunks}


def _modules_that_read() -> Iterator[ModuleType]:
    for package in ("upload", "edition", "clinic", "images", "site_style", "site_settings", "withdrawal"):
        top = import_module(f"colophon.{package}")
        yield top
        for found in iter_modules(getattr(top, "__path__", []), f"{top.__name__}."):
            yield import_module(found.name)


def _raise_key_error(document: str) -> object:
    return {}[document]


def _refuse_without_problem(document: str) -> object:
    raise Refused(())


def _take_long(document: str) -> object:
    until = time.process_time() + 2.1
    while time.process_time() < until:
        pass
    return document


@pytest.mark.parametrize(
    ("read", "failure"),
    [(_raise_key_error, "KeyError"), (_refuse_without_problem, "without a problem"), (_take_long, "s of processor")],
)
def test_a_broken_promise_is_reported(read: object, failure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "broken", Reader(st.just("x"), read))  # type: ignore[arg-type]
    assert failure in run_batch(Batch("broken", 0, 1)).failure
