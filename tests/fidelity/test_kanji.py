"""Values in Japanese and Chinese, as translations of Korean; nothing that is found here is told to readers."""

from pathlib import Path

import pytest

from colophon.edition.read import read_edition
from colophon.fidelity.compare import compare
from colophon.fidelity.outline import read_outline
from colophon.fidelity.value_pairs import compare_values, read_values

SAME = """\
30분 쉬세요. | ja | 30分休んでください。
하루 세 번, 2주간 드세요. | ja | 一日三回、2週間飲んでください。
3만 5천 원입니다. | ja | 3万5千ウォンです。
5월 3일에 엽니다. | ja | 5月3日に開きます。
오후 2시 30분입니다. | ja | 午後2時30分です。
6개월이 걸립니다. | ja | 半年かかります。
3분의 1입니다. | ja | 3分の1です。
90%입니다. | ja | 90％です。
30분 쉬세요. | zh-Hans | 请休息30分钟。
하루 2번, 3개월간 드세요. | zh-Hans | 每天两次,服用3个月。
1억 2천만 명입니다. | zh-Hans | 有1亿2千万人。
절반이 넘습니다. | zh-Hans | 超过一半。
오전 10시입니다. | zh-Hans | 上午10点。
12월 25일입니다. | zh-Hans | 十二月二十五日。
3분의 2입니다. | zh-Hans | 3分之2。"""
DIFFERENT = """\
30분 쉬세요. | ja | 13分休んでください。
3만 원입니다. | ja | 3千ウォンです。
5월입니다. | ja | 6月です。
30분 쉬세요. | zh-Hans | 请休息30天。
10%입니다. | zh-Hans | 是百分之一。"""
# A sample lacks one of its original's warnings, as its page says.
KNOWN = {("after-mole-removal", "en"): {"warning"}}
SAMPLES = Path(__file__).parents[1] / "samples/inbox/posts"


def _split(table: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in table.splitlines()]


@pytest.mark.parametrize(("korean", "lang", "text"), _split(SAME))
def test_what_says_the_same_has_no_difference(korean: str, lang: str, text: str) -> None:
    assert compare_values(read_values("ko", korean), read_values(lang, text)) == []


@pytest.mark.parametrize(("korean", "lang", "text"), _split(DIFFERENT))
def test_what_differs_is_found(korean: str, lang: str, text: str) -> None:
    assert compare_values(read_values("ko", korean), read_values(lang, text)) != []


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*/*/*.md")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_samples_have_no_difference_that_readers_are_told(path: Path) -> None:
    original = path.with_name("ko.md")
    if path.stem != "ko" and original.exists():
        there, here = (read_outline(read_edition(each.stem, each.read_bytes())) for each in (original, path))
        found = compare(there, here, {})
        assert {each.kind for each in found if each.grade == "differs"} <= KNOWN.get(
            (path.parent.name, path.stem), set()
        )
        if path.stem != "en":
            assert len([each for each in found if each.kind == "number"]) <= len(here.blocks) / 4
