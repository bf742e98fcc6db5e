"""What is found between an original and its translation, by kind; and what is not."""

import pytest

from colophon.fidelity.compare import compare
from colophon.fidelity.discrepancy import NOT_CHECKED, Discrepancy
from colophon.fidelity.glossary import Term
from colophon.fidelity.outline import TextOutline
from tests.fidelity.texts import NAMES, compare_bodies, outline


def kinds(discrepancies: tuple[Discrepancy, ...]) -> list[tuple[str, str]]:
    return [(discrepancy.kind, discrepancy.grade) for discrepancy in discrepancies]


GLOSSARY = (Term({"ko": "도수치료", "en": "manual therapy"}, ("hand cure",)),)
FOUND = {
    "number": ("30분 쉬세요.", "Rest for 13 minutes.", ("number", "differs")),
    "how often": ("매일 세 번 드세요.", "Take it once a day.", ("number", "differs")),
    "percent": ("90%가 낫습니다.", "9 percent heal.", ("percent", "differs")),
    "date": ("3월에 시작합니다.", "It begins in April.", ("date", "differs")),
    "unit": ("3일 쉬세요.", "Rest for 3 weeks.", ("unit", "differs")),
    "heading": (
        "문장입니다.\n\n## 제목\n\n둘째 문장입니다.",
        "A sentence.\n\nA second sentence.",
        ("heading", "differs"),
    ),
    "warning": ("문장입니다.\n\n※ 아프면 오세요.", "A sentence.", ("warning", "differs")),
    "warning added": ("문장입니다.", "A sentence.\n\n※ Come if it hurts.", ("warning", "differs")),
    "figure": ("문장입니다.\n\n![그림](a.png)", "A sentence.", ("figure", "differs")),
    "another figure": ("문장입니다.\n\n![그림](a.png)", "A sentence.\n\n![A](b.png)", ("figure", "differs")),
    "item": ("- 물\n- 밥\n- 국", "- Water\n- Rice", ("item", "differs")),
    "row": (
        "| 가 | 나 |\n| - | - |\n| 물 | 밥 |\n| 국 | 김 |",
        "| A | B |\n| - | - |\n| Water | Rice |",
        ("row", "differs"),
    ),
    "link": ("[여기](https://a.example/1)를 보세요.", "See [here](https://a.example/2).", ("link", "differs")),
    "omission": (
        "첫 문장입니다.\n\n다른 긴 문장이 하나 더 있습니다.",
        "This is a first sentence.",
        ("omission", "differs"),
    ),
    "addition": ("첫 문장입니다.", "A first one.\n\nAnd another one that nothing stands for.", ("addition", "differs")),
    "untranslated": ("물을 드세요.", "Drink 물을 드세요.", ("untranslated", "differs")),
    "one word": ("막걸리입니다.", "It is 막걸리.", ("untranslated", "look")),
    "guarantee": ("낫습니다.", "It heals, guaranteed.", ("guarantee", "differs")),
    "superlative": ("병원입니다.", "We are the leading clinic.", ("superlative", "differs")),
    "price": ("검사합니다.", "We test at a discount.", ("price", "differs")),
    "telephone": ("오세요.", "Call 02-555-0100.", ("telephone", "differs")),
    "booking": ("오세요.", "Book an appointment.", ("booking", "differs")),
}


@pytest.mark.parametrize(("korean", "english", "expected"), FOUND.values(), ids=FOUND)
def test_it_is_found(korean: str, english: str, expected: tuple[str, str]) -> None:
    assert expected in kinds(compare_bodies(korean, english))


STAYS = [
    (
        "기사님께 보여 주세요.\n\n서울시 달빛구 별길 12",
        "Show this to the taxi driver:\n\n서울시 달빛구 별길 12",
        "look",
    ),
    ("이렇게 말하세요: 여기서 세워 주세요.", "Say in Korean: 여기서 세워 주세요.", "look"),
    (
        "기사님께 보여 주세요.\n\n안내입니다.\n\n서울시 달빛구 별길 12",
        "Show this to the taxi driver.\n\nA note.\n\n서울시 달빛구 별길 12",
        "differs",
    ),
    ("길은 이렇습니다.\n\n서울시 달빛구 별길 12", "This is the way:\n\n서울시 달빛구 별길 12", "differs"),
    ("버스는 없습니다. 물을 드세요.", "The bus driver is away. 물을 드세요.", "differs"),
]


@pytest.mark.parametrize(("korean", "english", "grade"), STAYS)
def test_words_that_are_announced_to_stay_are_for_editors(korean: str, english: str, grade: str) -> None:
    assert ("untranslated", grade) in kinds(compare_bodies(korean, english))


QUIET = {
    "a registered name": ("하늘담의원입니다.", "We are Haneuldam Clinic (하늘담의원), 하늘담의원."),
    "a word in quotes": ("문장입니다.", "Koreans say “밥 먹었어요”."),
    "a word beside its translation": ("문장입니다.", "Drink rice wine (막걸리 한 잔)."),
    "advertising of the original": ("지금 예약하세요.", "Book an appointment now."),
    "an invitation of the original": ("열이 나면 병원에 오세요.", "Come to the clinic if you have a fever."),
    "a word to come": ("열이 나면 바로 오세요.", "Come to our clinic at once if you have a fever."),
    "the number of the emergency services": ("위급하면 119입니다.", "Call 119 at once."),
    "an inquiry": ("궁금하면 문의하세요.", "Call us to ask."),
    "a report": ("위급하면 신고하세요.", "Call now in an emergency."),
    "the number of an office": ("궁금하면 1339입니다.", "Call 1339 to ask."),
    "links alike": ("[가](https://a.example/)와 나", "[A](https://a.example/) and B"),
}


@pytest.mark.parametrize(("korean", "english"), QUIET.values(), ids=QUIET)
def test_it_is_not_found(korean: str, english: str) -> None:
    assert compare_bodies(korean, english) == ()


def test_a_text_has_no_difference_from_itself() -> None:
    body = "3일 동안 500mg을 드세요.\n\n※ 5월까지입니다.\n\n![그림](a.png)\n\n- [링크](https://a.example/)"
    assert compare(outline(body), outline(body), NAMES) == ()


def test_a_finding_names_the_lines_of_both_files_and_both_values() -> None:
    (found,) = compare_bodies(
        "문장입니다.\n\n30분 쉬세요.", "A sentence.\n\nIt is\n\nRest for 13 minutes.".replace("It is\n\n", "")
    )
    assert (found.original_line, found.line, found.original_block, found.block) == (14, 14, 2, 2)
    assert (found.there, found.here) == ("30분", "13 minutes")


def test_what_is_missing_is_named_after_the_block_before_it() -> None:
    (found,) = compare_bodies("문장입니다.\n\n※ 아프면 오세요.", "A sentence.")
    assert (found.block, found.line, found.original_line, found.there) == (1, None, 14, "※ 아프면 오세요.")


def compare_words(korean: str, english: str) -> list[tuple[str, str, str, str]]:
    there, here = outline(korean, "ko"), outline(english, "en")
    return [(each.kind, each.grade, each.there, each.here) for each in compare(there, here, NAMES, GLOSSARY)]


WORDS = {
    "another name": (
        "하늘담의원입니다.",
        "This is Sky Wall Hospital.",
        [("name", "differs", "하늘담의원", "Sky Wall Hospital")],
    ),
    "a name like the registered one": (
        "저희입니다.",
        "This is Haneuldam Hospital.",
        [("name", "look", "하늘담의원", "Haneuldam Hospital")],
    ),
    "another clinic's name": ("서울별빛병원입니다.", "This is Seoul Starlight Hospital.", []),
    "the registered name": ("하늘담의원입니다.", "This is Haneuldam Clinic.", []),
    "a pronoun for the clinic": ("하늘담의원입니다.", "It is our clinic.", []),
    "another term": ("도수치료입니다.", "It is massage.", [("term", "differs", "도수치료", "")]),
    "a forbidden word": ("도수치료입니다.", "It is a hand cure.", [("term", "differs", "도수치료", "hand cure")]),
    "a forbidden word elsewhere": ("치료입니다.", "It is a hand cure.", [("term", "look", "", "hand cure")]),
    "the term": ("도수치료입니다.", "It is Manual therapy.", []),
    "a pronoun for the term": (
        "도수치료입니다.\n\n도수치료가 낫습니다.",
        "It is manual therapy.\n\nIt helps.",
        [("term", "look", "도수치료", "")],
    ),
}


@pytest.mark.parametrize(("korean", "english", "expected"), WORDS.values(), ids=WORDS)
def test_names_and_terms(korean: str, english: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert compare_words(korean, english) == expected


def find_kinds(there: TextOutline, here: TextOutline) -> list[tuple[str, int]]:
    return [(each.kind, each.block) for each in compare(there, here, NAMES)]


def test_titles_excerpts_captions_and_alternative_texts_are_compared() -> None:
    assert find_kinds(outline("가", title="3일 쉬기"), outline("A", "en", title="Rest 5 days")) == [("number", 0)]
    there, here = outline("가", "ko", "excerpt: 30분"), outline("A", "en", "excerpt: 13 minutes")
    assert find_kinds(there, here) == [("number", 0)]
    there, here = outline('![3일](a.png "5월")', "ko"), outline('![4 days](a.png "June")', "en")
    assert find_kinds(there, here) == [("number", 1), ("date", 1)]
    there, here = outline("![9일](a.png)", "ko", "images: {a.png: {alt: 3일}}"), outline("![3 days](a.png)", "en")
    assert find_kinds(there, here) == []


def test_an_excerpt_of_one_side_is_no_difference() -> None:
    assert find_kinds(outline("가", "ko", "excerpt: 30분"), outline("A", "en")) == []


MOVED = {
    "image": (
        "![가](a.png)\n\n아침에 물을 마십니다.\n\n![나](b.png)",
        "![B](b.png)\n\nDrink water in the morning.\n\n![A](a.png)",
    ),
    "link": (
        "[가](https://a.example/)\n\n둘째 글입니다.\n\n[나](https://b.example/)",
        "[A](https://b.example/)\n\nA second text.\n\n[B](https://a.example/)",
    ),
    "list item": ("- 물 3잔\n- 밥 그릇 500개\n- 국 70mL", "- 500 bowls of rice\n- Soup 70 mL\n- Water, 3 glasses"),
}


@pytest.mark.parametrize(("korean", "english"), MOVED.values(), ids=MOVED)
def test_what_stands_elsewhere_is_told_once(korean: str, english: str) -> None:
    kinds = [kind for kind, _ in find_kinds(outline(korean), outline(english, "en"))]
    assert "order" in kinds
    assert set(kinds) == {"order"}


def test_a_warning_that_is_no_warning_is_named() -> None:
    ((kind, grade),) = kinds(compare_bodies("글입니다.\n\n※ 아프면 오세요.", "Text.\n\nCome if it hurts."))
    assert (kind, grade) == ("warning", "differs")


def test_a_paragraph_that_lost_most_of_its_text_is_for_editors() -> None:
    korean = "아침에 발꿈치가 아프지요. " * 8
    assert kinds(compare_bodies(korean, "The heel hurts in the morning.")) == [("length", "look")]


def test_a_list_that_became_sentences_is_for_editors() -> None:
    assert kinds(compare_bodies("- 물을 드세요", "Drink water")) == [("item", "look")]


def test_a_part_of_a_joined_paragraph_that_nothing_speaks_for_is_for_editors() -> None:
    korean = "그렇답니다. 정말이지 그렇고말고요.\n\n아무렴 그렇고말고요, 그렇답니다. 그럼요."
    english = "So it is, it really and truly is so. And it is so. Oh yes, it surely is. Well, so it is."
    found = compare_bodies(korean, english)
    assert [(each.kind, each.grade, each.original_block) for each in found] == [
        ("omission", "look", 1),
        ("omission", "look", 2),
    ]


def test_no_kind_of_error_that_a_program_cannot_see_is_left_unsaid() -> None:
    assert NOT_CHECKED == ("negation", "meaning", "tone")


LINKS = [
    ("https://a.example/ko/b", "https://a.example/en/b", "look"),
    ("https://a.example/b?lang=ko", "https://a.example/b?lang=en", "look"),
    ("https://a.example/ko/b", "https://a.example/en/c", "differs"),
    ("https://ko.example/b", "https://en.example/b", "differs"),
]


@pytest.mark.parametrize(("there", "here", "grade"), LINKS)
def test_a_link_to_another_language_of_a_page_is_for_editors(there: str, here: str, grade: str) -> None:
    found = compare_bodies(f"[가]({there})", f"[A]({here})")
    assert [(each.kind, each.grade) for each in found] == [("link", grade)] * 2


FORMS = [
    # A word of a glossary, and what does not have it, or has it in another form.
    ("침", "acupuncture", "아침에 기침이 납니다.", "You cough in the morning.", []),
    ("침", "acupuncture", "침을 맞습니다.", "You get needles.", ["look"]),
    ("주사", "injection", "주사기를 씁니다.", "We use syringes.", []),
    ("주사", "injection", "주사로는 낫습니다.", "Needles heal it.", ["differs"]),
    ("코", "nose", "코로나입니다.", "It is the virus.", []),
    ("관절염", "arthritis", "무릎관절염입니다.", "It is a sore knee.", ["differs"]),
    ("충치", "cavity", "충치가 있습니다.", "There are cavities.", []),
    ("사랑니", "wisdom tooth", "사랑니를 뽑습니다.", "We pull wisdom teeth.", []),
    ("검진", "diagnosis", "검진입니다.", "These are diagnoses.", []),
    ("신경치료", "root canal treatment", "신경치료입니다.", "It is a root-canal treatment.", []),
    ("신경치료", "root canal treatment", "신경치료입니다.", "It is a root treatment.", ["differs"]),
    ("-", "dash", "점과 선입니다.", "A dot and a line.", []),
    ("--1", "a flag", "1번 방입니다.", "It is room 1.", []),
]


@pytest.mark.parametrize(("korean_word", "word", "korean", "english", "grades"), FORMS)
def test_a_term_is_found_as_a_word_and_in_the_plural(
    korean_word: str, word: str, korean: str, english: str, grades: list[str]
) -> None:
    terms = (Term({"ko": korean_word, "en": word}),)
    there, here = outline(korean, "ko"), outline(english, "en")
    assert [each.grade for each in compare(there, here, NAMES, terms)] == grades
