"""The Korean that generated posts were translated from, phrase by phrase, so that both texts have the same blocks."""

import re
from collections.abc import Mapping, Sequence

from tests.bench import words
from tests.bench.post import Post

_SUBJECTS = (
    "뻣뻣한 어깨가", "마른 눈이", "쉬고 난 뒤의 첫 산책이", "팔꿈치의 가려운 자리가", "따뜻한 찜질이",
    "귀 뒤의 작은 근육이", "짧은 낮잠이", "손톱 둘레의 피부가", "보리차 한 잔이", "의자를 놓는 방식이",
    "느린 숨이", "두 치아 사이의 선이", "한쪽으로 멘 무거운 가방이", "늦은 밤 화면의 빛이", "긴 버스 여행이",
    "발바닥이", "아침의 찬 바람이", "시험 전 일주일이", "소리가 나는 무릎이", "눈꺼풀이",
)  # fmt: skip
_VERBS = (
    "보다 많은 것을 알려 줍니다", "와 쉽게 혼동됩니다", "보다 조금 먼저 옵니다", "와는 큰 관계가 없습니다",
    "와 함께 갑니다", "와 같지는 않습니다", "보다 오래갑니다", " 뒤에 더 편안해집니다", " 뒤에 숨어 있을 수 있습니다",
    "만큼 자주 질문을 받습니다", "보다 더 많은 인내가 필요합니다", "에 따라 달라집니다",
)  # fmt: skip
_OBJECTS = (
    "사진에 보이는 것", "서류에 적힌 숫자", "그날의 날씨", "베개를 바꾸는 일", "물 두 잔", "왼쪽으로 기대는 습관",
    "전날 저녁에 먹은 음식", "사람들이 짐작하는 통증", "동네를 한 바퀴 걷는 일", "역의 계단", "피부의 색",
    "이웃이 들은 이야기", "일찍 자는 한 주", "지난봄에 산 신발", "앉아서 보내는 시간",
    "밝은 곳에서 한 번 자세히 보는 일",
)  # fmt: skip
_OPENINGS = (
    "대기실에서 자주 듣는 말로는", "많은 분들이 적어 주시기를", "이상하게 들리지만", "쉽게 말하면",
    "철마다 보게 됩니다:",
    "집에서 살펴볼 만한 것은", "듣기 좋은 말은 아니지만", "어떤 날에는", "몇 주가 지나면", "찾아오시는 분들 대부분에게",
    "엄밀히 말하면", "저희가 아는 한",
)  # fmt: skip
_CLOSINGS = (
    "열흘이 지나도 나아지지 않으면 진찰을 받으십시오.", "오늘 서둘러 정할 것은 없습니다.",
    "언제 시작되었고 무엇을 하고 있었는지 적어 두십시오.", "꾸준한 작은 변화가 그만둔 큰 변화보다 낫습니다.",
    "다른 분에게 맞았던 것을 그대로 따라 하지 마십시오.", "당일에는 쉬고 다음 날에는 조금 걸으십시오.",
    "그것이 전부입니다.", "너무 자주 오시는 편이 차라리 낫습니다.", "드시는 약의 목록을 가져오십시오.",
    "대부분은 저절로 지나갑니다.",
)  # fmt: skip
_HEADINGS = (
    "언제 시작되는가", "집에서 할 수 있는 일", "먼저 보는 것", "얼마나 걸리는가", "무엇이 아닌가",
    "자주 받는 몇 가지 질문",
    "오시기 전에", "그 뒤의 날들",
)  # fmt: skip
_WARNINGS = (
    "※ 혈액을 묽게 하는 약을 드시는 분은 멍이 들고 오래갈 수 있으므로 먼저 물어보십시오.",
    "※ 붓기와 붉어짐, 통증이 있을 수 있으며 사람마다 다릅니다. 정하기 전에 안내문을 읽으십시오.",
    "※ 드물게 감염이나 알레르기가 생길 수 있으니 의료진과 충분히 상의하십시오.",
    "※ 여기에 적힌 내용이 모든 분에게 맞는 것은 아니며 부작용이 있을 수 있습니다.",
)  # fmt: skip


def _any_of(name: str, phrases: Sequence[str]) -> str:
    return f"(?P<{name}>{'|'.join(map(re.escape, phrases))})"


_SENTENCE = re.compile(
    f"{_any_of('opening', words.OPENINGS)} {_any_of('subject', words.SUBJECTS)} {_any_of('verb', words.VERBS)} "
    rf"{_any_of('object', words.OBJECTS)}\."
)
_PHRASES: Mapping[str, str] = {
    english: korean
    for pairs in (
        (words.OPENINGS, _OPENINGS), (words.SUBJECTS, _SUBJECTS), (words.VERBS, _VERBS), (words.OBJECTS, _OBJECTS),
        (words.CLOSINGS, _CLOSINGS), (words.HEADINGS, _HEADINGS), (words.WARNINGS, _WARNINGS),
    )
    for english, korean in zip(*pairs, strict=True)
}  # fmt: skip
_WHOLE = re.compile("|".join(map(re.escape, (*words.CLOSINGS, *words.HEADINGS, *words.WARNINGS))))


def write_original(post: Post) -> str:
    """The body that ``post`` was translated from."""
    text = _SENTENCE.sub(_turn_sentence, post.body)
    text = _WHOLE.sub(lambda whole: _PHRASES[whole[0]], text)
    text = text.replace(f"Hello, this is {post.clinic.english}.", f"안녕하세요, {post.clinic.korean}입니다.")
    return text.replace("More about it stands [in our column]", "자세한 내용은 [저희 칼럼에 있습니다]")


def _turn_sentence(sentence: re.Match[str]) -> str:
    """Korean has the verb at the end. The particle 와 is 과 after a syllable that ends with a consonant."""
    opening, subject, thing, verb = (_PHRASES[sentence[name]] for name in ("opening", "subject", "object", "verb"))
    if verb.startswith("와") and (ord(thing[-1]) - ord("가")) % 28:
        verb = f"과{verb[1:]}"
    return f"{opening} {subject} {thing}{verb}."
