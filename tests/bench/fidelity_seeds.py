"""Errors as translations have them, put into correct pairs: one at a time, each of one kind."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from colophon.fidelity.glossary import Term
from tests.bench.fidelity_pairs import Pair

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_UNITS = {
    "minutes": "hours", "hours": "minutes", "seconds": "minutes", "weeks": "days", "days": "weeks", "months": "weeks",
    "years": "months", "mm": "cm", "cm": "mm", "mL": "L", "kg": "g", "mg": "g", "percent": "degrees",
}  # fmt: skip
_MONTHS = {
    "January": "July",
    "March": "May",
    "May": "March",
    "July": "June",
    "November": "December",
    "September": "October",
}
_WORDS = {
    "two": "four", "three": "five", "four": "six", "five": "nine", "six": "eight", "seven": "three", "ten": "twelve",
    "twenty": "thirty", "thirty": "forty", "fifty": "sixty",
}  # fmt: skip


def change_digit(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        for place, digit in enumerate(found[0]):
            other = str((int(digit) + 3) % 10) if digit.isdecimal() else ""
            if other and not (place == 0 and other == "0"):
                yield _put(pair[1], found, found[0][:place] + other + found[0][place + 1 :])


def add_zero(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        if "." not in found[0]:
            yield _put(pair[1], found, found[0] + "0")


def lose_zero(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        if found[0].endswith("0") and len(found[0]) > 1 and "." not in found[0]:
            yield _put(pair[1], found, found[0][:-1])


def lose_point(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        if "." in found[0]:
            yield _put(pair[1], found, found[0].replace(".", ""))


def delete_number(pair: Pair) -> Iterator[str]:
    for found in _numbers(pair[1]):
        yield _put(pair[1], found, "")


def swap_multiplier(pair: Pair) -> Iterator[str]:
    for one, other in (("million", "billion"), ("billion", "million"), ("thousand", "million")):
        yield from _swap_word(pair[1], one, other)


def swap_unit(pair: Pair) -> Iterator[str]:
    """Only where a number in digits stands before it: else the words may mean anything."""
    for unit, other in _UNITS.items():
        for found in re.finditer(rf"(?<=\d) ?\b{unit}\b", pair[1]):
            yield _put(pair[1], found, f" {other}")


def swap_month(pair: Pair) -> Iterator[str]:
    for month, other in _MONTHS.items():
        if "월" in pair[0]:
            yield from _swap_word(pair[1], month, other)


def swap_word(pair: Pair) -> Iterator[str]:
    """A number in words, where the original has digits."""
    if re.search(r"\d", pair[0]):
        for word, other in _WORDS.items():
            yield from _swap_word(pair[1], word, other)


def leave_untranslated(pair: Pair) -> Iterator[str]:
    """The middle of the original instead of the middle of the translation."""
    korean, english = pair[0].split(), pair[1].split()
    if len(korean) >= 4 and len(english) >= 4:
        yield " ".join([*english[:2], *korean[1:-1], *english[-1:]])


def leave_sentence(pair: Pair) -> Iterator[str]:
    """All of the original after the translation, as a program does that fails halfway."""
    yield f"{pair[1]} {pair[0]}"


def change_percentage(pair: Pair) -> Iterator[str]:
    for found in re.finditer(r"\d+(?:\.\d+)?(?=(?: ?%| percent))", pair[1]):
        yield _put(pair[1], found, str(int(float(found[0])) + 7))


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Numbers; the minutes of a full hour are none."""
    return (found for found in _NUMBER.finditer(text) if text[found.start() - 1 : found.end()] != ":00")


def _put(text: str, found: re.Match[str], instead: str) -> str:
    return text[: found.start()] + instead + text[found.end() :]


def _swap_word(text: str, one: str, other: str) -> Iterator[str]:
    for found in re.finditer(rf"\b{one}\b", text):
        yield _put(text, found, other)


NAMES = {"ko": "하늘담의원", "en": "Haneuldam Clinic"}
GLOSSARY = (
    Term({"ko": "도수치료", "en": "manual therapy"}, ("hand treatment", "Dosu")),
    Term({"ko": "물광주사", "en": "hydration injection"}, ("water light injection",)),
    Term({"ko": "체외충격파", "en": "shockwave therapy"}, ("external impact wave",)),
    Term({"ko": "인공눈물", "en": "artificial tears"}, ("fake tears",)),
)
_OTHER_NAMES = (
    "Sky Wall Clinic", "Haneuldam Hospital", "Haneuldam Medical Center", "Hanuldam Uiwon", "Heaven Fence Clinic",
    "Sky Dental Clinic", "the Blue Sky Dermatology Clinic", "Haneul Orthopedics",
)  # fmt: skip
_ADVERTISING = {
    "price": (
        "It costs only 50,000 won.", "There is a discount this month.", "The first visit is free of charge.",
        "Our prices are low.", "You pay $99.", "Ask for our special offer.", "This is the cheapest way.",
        "The fee includes everything.",
    ),
    "telephone": (
        "Call 02-555-0142.", "Please call us.", "Our telephone is always open.", "Phone +82 2 555 0142 today.",
        "Dial 1588-0142.", "Give us a call.",
    ),
    "booking": (
        "Book an appointment.", "Make a reservation today.", "You can book online.", "Booking is easy.",
        "Contact us for a consultation.", "Visit our clinic.", "Reserve your place.", "Schedule a visit now.",
    ),
    "superlative": (
        "We are the best clinic in Seoul.", "This is the most advanced method.", "It is a world-class treatment.",
        "We are number one in Korea.", "Our state-of-the-art laser does it.", "It is the leading clinic of the city.",
        "No other clinic can do this.", "This is the first and only such clinic.",
    ),
    "guarantee": (
        "We guarantee the result.", "Success is guaranteed.", "There are no side effects.", "It is 100% safe.",
        "You will be completely cured.", "It never fails.", "It is perfectly safe.", "We promise lasting results.",
    ),
}  # fmt: skip


def _name(pair: Pair) -> Pair:
    return f"{NAMES['ko']}에서 알려 드립니다. {pair[0]}", f"{NAMES['en']} says: {pair[1]}"


def _with_term(pair: Pair, term: Term) -> Pair:
    return f"{term.words['ko']}에 대한 글입니다. {pair[0]}", f"This text is about {term.words['en']}. {pair[1]}"


def change_name(pair: Pair) -> Iterator[str]:
    yield from (pair[1].replace(NAMES["en"], other) for other in _OTHER_NAMES if NAMES["en"] in pair[1])


def change_term(pair: Pair) -> Iterator[str]:
    """Another word than the agreed one, and one that the glossary forbids."""
    for term in GLOSSARY:
        if term.words["en"] in pair[1]:
            yield from (pair[1].replace(term.words["en"], other) for other in ("this treatment", *term.never))


def _advertise(claim: str) -> Callable[[Pair], Iterator[str]]:
    def advertise(pair: Pair) -> Iterator[str]:
        yield from (f"{pair[1]} {sentence}" for sentence in _ADVERTISING[claim])

    return advertise


def with_names_and_terms(pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs, each with the clinic's name or a term of the glossary in both languages."""
    terms = itertools.cycle((None, *GLOSSARY))
    return [_with_term(pair, term) if term else _name(pair) for pair, term in zip(pairs, terms, strict=False)]


# By kind of what should be found, and what was done.
SEEDS: Mapping[tuple[str, str], Callable[[Pair], Iterator[str]]] = {
    ("number", "digit changed"): change_digit,
    ("number", "zero added"): add_zero,
    ("number", "zero lost"): lose_zero,
    ("number", "point lost"): lose_point,
    ("number", "number deleted"): delete_number,
    ("number", "million for billion"): swap_multiplier,
    ("number", "other number in words"): swap_word,
    ("unit", "other unit"): swap_unit,
    ("date", "other month"): swap_month,
    ("percent", "other percentage"): change_percentage,
    ("untranslated", "Korean left in"): leave_untranslated,
    ("untranslated", "sentence left in Korean"): leave_sentence,
    ("name", "another name"): change_name,
    ("term", "another term"): change_term,
    **{(claim, "advertising added"): _advertise(claim) for claim in _ADVERTISING},
}
