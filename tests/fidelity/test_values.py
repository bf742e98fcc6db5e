"""What numbers and units mean, in Korean and in English."""

from fractions import Fraction

import pytest

from colophon.fidelity.value_pairs import compare_values, read_values

KOREAN = [
    ("1,250명", "1250", ""),
    ("3.5 cm", "7/2", "centimetre"),
    ("3백만 불", "3000000", "dollar"),
    ("40만 년", "400000", "year"),
    ("1억 2천만 원", "120000000", "won"),
    ("2만5천 명", "25000", ""),
    ("이백 밀리그램", "200", "milligram"),
    ("삼십 분", "30", "minute"),
    ("이 주 동안", "2", "week"),
    ("스물다섯 살", "25", ""),
    ("열두 달", "12", "month"),
    ("한 시간", "1", "hour"),
    ("11월", "11", "calendar-month"),
    ("90퍼센트", "90", "percent"),
    ("60여 분", "60", "minute"),
]
ENGLISH = [
    ("1,250 people", "1250", ""),
    ("3.5 cm", "7/2", "centimetre"),
    ("$3 million", "3000000", "dollar"),
    ("400 thousand years", "400000", "year"),
    ("two hundred milligrams", "200", "milligram"),
    ("one hundred and twenty million won", "120000000", "won"),
    ("thirty-eight weeks", "38", "week"),
    ("the 13th floor", "13", ""),
    ("the twenty-first day", "21", "day"),
    ("Louis XIV", "14", ""),
    ("November", "11", "calendar-month"),
    ("ninety per cent", "90", "percent"),
    ("a dozen", "12", ""),
]


@pytest.mark.parametrize(("text", "number", "unit"), KOREAN)
def test_korean(text: str, number: str, unit: str) -> None:
    assert (frozenset({Fraction(number)}), unit) in {
        (value.readings, value.unit) for value in read_values("ko", text).single
    }


@pytest.mark.parametrize(("text", "number", "unit"), ENGLISH)
def test_english(text: str, number: str, unit: str) -> None:
    found = {(number, value.unit) for value in read_values("en", text).single for number in value.readings}
    assert (Fraction(number), unit) in found


# Korean and English that say the same.
SAME = """\
하루 세 번, 식후 30분에 드세요. | Take it three times a day, 30 minutes after a meal.
1일 2회, 1회 500mg씩 복용합니다. | Take 500 mg twice a day.
열 명 중 3명입니다. | It is 3 in ten.
10명 가운데 7~8명은 낫습니다. | Of every ten people, seven or eight get better.
60대부터는 조심하세요. | Be careful from your sixties on.
40~50대에 많습니다. | It is common in people in their 40s and 50s.
3분의 1은 저절로 낫습니다. | One third heal by themselves.
절반이 넘습니다. | That is more than 50 percent.
혈압이 120/80mmHg입니다. | The pressure is 120/80 mmHg.
키가 1.5배가 되었습니다. | It is 1.5 times as tall.
2024년 3월 5일에 열었습니다. | We opened on 5 March 2024.
11월 2일부터입니다. | It begins on November 2.
1890년대의 방법입니다. | It is a method of the 1890s.
21세기의 병입니다. | It is an illness of the twenty-first century.
오전 10시부터 오후 7시까지입니다. | From 10 a.m. to 7 p.m.
오후 2시 30분에 만나요. | See you at 14:30.
7시 반에 먹었습니다. | We ate at half past seven.
8시 15분에 나갔습니다. | We left at a quarter past eight.
1시간 반이 걸립니다. | It takes 90 minutes.
90분이 걸립니다. | It takes an hour and a half.
하루 1.5시간씩 걷습니다. | Walk an hour and a half a day.
2년 6개월이 지났습니다. | Two and a half years passed.
15분마다 재세요. | Measure every quarter of an hour.
24시간 안에 오세요. | Come within a day.
7일 동안 쉬세요. | Rest for a week.
이틀에 한 번 씻으세요. | Wash once every two days.
체온이 38도를 넘으면 오세요. | Come if the temperature is above 100.4°F.
300피트 앞에 있습니다. | It is 91 metres ahead.
5kg을 들었습니다. | She lifted 11 pounds.
약 1만5천 명이 왔습니다. | About 15,000 people came.
1,000만 명이 앓습니다. | Ten million people have it.
10만원입니다. | It is 100,000 won.
8만 있으면 됩니다. | You need only 8.
제2형 당뇨병입니다. | It is type 2 diabetes.
1차 진료를 받으세요. | See a primary care doctor.
다섯 번째 발가락입니다. | It is the 5th toe.
비타민 B12를 드세요. | Take vitamin B12.
낮 12시에 오세요. | Come at noon.
두세 달이면 됩니다. | It takes 2 or 3 months.
보름이면 됩니다. | It takes 15 days.
평일 10:00~18:30에 엽니다. | On weekdays we open from 10 a.m. to 6:30 p.m.
점심은 13:00~14:00입니다. | Lunch is 1–2 p.m.
2026.5.4.에 썼습니다. | Written on May 4, 2026.
4분의 3이 낫습니다. | Three quarters of them heal.
1~2만 명이 앓습니다. | It affects 10,000 to 20,000 people.
3~40대에 많습니다. | It is common in people in their thirties and forties.
10대에 생깁니다. | It begins in teenagers.
CO₂를 씁니다. | We use CO2.
1㎠에 2mg씩 바릅니다. | Use 2 mg per 1 cm².
① 물을 드세요. | (1) Drink water.
02-555-0100입니다. | It is +82-2-555-0100.
L4-L5 사이입니다. | It is between L4 and L5.
6개월이 걸립니다. | It takes half a year.
3개월에 한 번 오세요. | Come once every quarter.
5만 원입니다. | It is 50,000 won (about US$36).
38도가 넘으면 오세요. | Come if it is above 38°C (100.4°F).
'98년에 졸업했습니다. | She graduated in 1998.
24년 5월에 열었습니다. | We opened in May 2024.
90년대에 나왔습니다. | It came out in the 1990s.
500㎖를 드세요. | Drink half a litre.
45분 걸립니다. | It takes three quarters of an hour.
24시간 진료합니다. | We are open around the clock.
그럴 수 있습니다. | It may march on.
2배로 늘었습니다. | It doubled.
3.15(금) 휴진입니다. | We are closed on Friday, March 15.
10.3(목)~10.5(토) 쉽니다. | We are closed from October 3 to 5.
8.15 광복절에도 엽니다. | We are open on 15 August.
3.5 관절 부위입니다. | It is 3.5 of the joints.
24.03.15에 고쳤습니다. | Updated on 15 March 2024.
'98.3.15. 기준입니다. | As of 15 March 1998.
의료법 제56조 2항입니다. | It is Article 56, paragraph 2.
❷ 마취합니다. | (2) We numb the skin.
3/4 정도입니다. | It is about three quarters.
4분의 3 정도입니다. | It is about 3/4.
1/2로 줄이세요. | Cut it by half.
38도(화씨 100.4도)입니다. | It is 38°C (100.4°F).
화씨 104도(섭씨 40도)입니다. | It is 40°C (104°F).
1층에 있습니다. | It is on the ground floor.
테헤란로 12길 34입니다. | It is 34 Teheran-ro 12-gil (테헤란로 12길 34).
삼계탕은 300kcal입니다. | Samgyetang (삼계탕, 300 kcal) has it.
상담은 0원입니다. | Consultation is free.
02-555-1234입니다. | It is +82 (0)2 555 1234.
010-1234-5678입니다. | It is +821012345678.
031.123.4567입니다. | It is 031-123-4567.
오전 10시입니다. | It is at 10 a.m. (UTC+9).
10만 원입니다. | It is KRW 100,000 (approx. USD 75).
10만 원입니다. | It is 100,000 won (about 75 US dollars).
10만 원입니다. | It is ₩100,000, or about $75.
100번째 글입니다. | It is my hundredth post.
1명도 없습니다. | There is none.
1회용 주사기입니다. | It is a disposable syringe.
100% 예약제입니다. | It is by appointment only.
하루걸러 드세요. | Take it once every two days.
매일 바르고 두 번 헹구세요. | Apply it once a day and rinse twice.
2회 시술하며 간격은 2주입니다. | You come again after two weeks, twice in all.
5만 원(약 40달러)입니다. | It is 50,000 won (about $40).
5만 원(약 40달러)입니다. | It is 50,000 won.
5km에 10만 원(약 80달러), 5만 원(약 40달러)입니다. | 3.1 miles: 50,000 won (about $40) and 100,000 won (about $80).
5만 원(약 40달러)입니다. | It is 50,000 won (about 35 euros).
일주일에 두 번 오세요. | Come twice a week.
주 2회 운동하세요. | Exercise two times per week.
월 1회 오세요. | Come once a month.
하루 두 번, 일주일에 세 번입니다. | It is three times a week, twice a day.
2주에 한 번 오세요. | Come once every two weeks.
매일 두 번 바르세요. | Apply it twice daily.
오전 10시에 시작합니다. | It starts at 10 a.m. KST (1 a.m. UTC).
오전 10시에 시작합니다. | It starts at 10:00 (01:00 GMT).
한 알씩 드세요. | Take a tablet.
반 알씩 드세요. | Take half a tablet.
한 알씩 드세요. | Take tablets with your two hands, one at a time.
한 사람이 왔습니다. | The two of us have company.
코로나19 백신입니다. | It is a COVID-19 vaccine.
코로나19백신입니다. | It is a COVID-19 vaccine.
3백 명, 4 조직검사 | 300 people, 4 biopsies
만 5천 원입니다. | It is 15,000 won.
95년생입니다. | She was born in 1995.
38.5도(101.3℉)입니다. | It is 38.5°C (101.3°F).
4가 독감 백신입니다. | It is the quadrivalent flu vaccine.
2년마다 받으세요. | Have it every other year.
연중무휴입니다. | We are open 365 days a year.
사망 원인 1위입니다. | It is the leading cause of death.
2024~2025년입니다. | It is the 2024–25 season.
당화혈색소 검사입니다. | It is the HbA1c test.
4명 중 1명입니다. | It is a quarter of them.
10명 중 3명은 재발합니다. | It comes back in 30% of patients.
100명 중 약 5명입니다. | It is about 5 percent."""
# What differs: its grade, and the words of both sides.
DIFFERENT = """\
30분 쉬세요. | Rest for 13 minutes. | different | 30분 | 13 minutes
1,500명이 왔습니다. | 15,000 people came. | different | 1,500 | 15,000
0.5mg입니다. | It is 5 mg. | different | 0.5mg | 5 mg
3억 원입니다. | It is 3 billion won. | different | 3억 원 | 3 billion won
3주 뒤에 오세요. | Come back. | different | 3주 | -
다시 오세요. | Come back in 3 weeks. | different | - | 3 weeks
삼십 분 쉬세요. | Rest for 40 minutes. | different | 삼십 분 | 40 minutes
두 주 뒤에 오세요. | Come back in three weeks. | different | 두 주 | three weeks
5mg을 드세요. | Take 5 cm. | unit | 5mg | 5 cm
3일 쉬세요. | Rest for 3 months. | unit | 3일 | 3 months
3일 약을 먹고 3일 쉬세요. | Take it for 3 days, then rest. | repeated | 3일 | -
3월부터입니다. | It begins in May. | different | 3월 | May
10km를 걸었습니다. | She walked 6 miles. | near | 10km | 6 miles
5km를 걸었습니다. | She walked 3.1 miles. | converted | 5km | 3.1 miles
체온이 38도를 넘습니다. | It is above 100.4°F. | converted | 38도 | 100.4°F
13일에 13개를 셉니다. | On the 13th we count. | different | 13 | -
열 명 중 세 명입니다. | It is five in ten. | different | 세 | five
하루 세 번 드세요. | Take it twice a day. | different | 세 번 | twice
사흘 동안 드세요. | Take it for four days. | different | 사흘 | four days
열흘 뒤에 오세요. | Come back twelve days later. | different | 열흘 | twelve days
6개월 뒤에 오세요. | Come back in six weeks. | unit | 6개월 | six weeks
38도(화씨 100.4도)입니다. | It is 38°C (104°F). | different | - | 104°F
삼계탕은 300kcal입니다. | Samgyetang has 200 kcal (삼계탕은 300kcal). | different | - | 200 kcal
010-1234-5678입니다. | It is +821012345679. | different | 5678 | 5679
10만 원입니다. | It is KRW 10,000. | different | 10만 원 | KRW 10,000
의료법 제56조입니다. | It is Article 57. | different | 56 | 57
3.15(금) 휴진입니다. | We are closed on March 16. | different | 15 | 16
1/2로 줄이세요. | Cut it to 1/3. | different | 2 | 3
11월 11일입니다. | It is December 11. | different | 11월 | December
10km를 걸었습니다. | She walked 3 miles. | different | 10km | 3 miles
5만 원(약 40달러)입니다. | It is 50,000 won (about $400). | different | 40달러 | $400
일주일에 두 번 오세요. | Come twice a month. | unit | 일주일에 두 번 | twice a month
주 2회 운동하세요. | Exercise twice a month. | unit | 주 2회 | twice a month
일주일에 한 번 오세요. | Come once a month. | unit | 일주일에 한 번 | once a month
하루에 세 번 드세요. | Take it once a day. | different | 하루에 세 번 | once a day
오전 10시에 시작합니다. | It starts at 11 a.m. KST (1 a.m. UTC). | different | 10시 | 11 a.m.
오전 10시에 시작합니다. | It starts at 10 a.m. (1 p.m. in all). | different | - | 1 p.m.
오전 10시(UTC 1시)입니다. | It is at 10 a.m. (2 a.m. UTC). | different | 1시 | 2 a.m.
한 알씩 드세요. | Take two tablets. | different | 한 | two
반 알씩 드세요. | Take three tablets. | different | 반 | three
3백 명이 왔습니다. | 3 people came. | different | 3백 | 3
하지만 5천 원입니다. | It is 15,000 won. | different | 5천 원 | 15,000 won
2024~2025년입니다. | It is 2024–26. | different | 2025년 | 26
10명 중 3명입니다. | It is 3 of them. | different | 10 | -
10명 중 3명, 5명 | 3 in 10, and 30 others | different | 5 | 30
B12와 A2를 드세요. | Take B12 and A3. | different | 2 | 3"""


def _split(table: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in table.splitlines()]


@pytest.mark.parametrize(("korean", "english"), _split(SAME))
def test_what_says_the_same_has_no_difference(korean: str, english: str) -> None:
    differences = compare_values(read_values("ko", korean), read_values("en", english))
    assert [each for each in differences if each.kind != "converted"] == []


@pytest.mark.parametrize(("korean", "english", "grade", "there", "here"), _split(DIFFERENT))
def test_what_differs_is_named_with_both_values(korean: str, english: str, grade: str, there: str, here: str) -> None:
    (found,) = compare_values(read_values("ko", korean), read_values("en", english))
    assert (found.kind, found.there.text if found.there else "-", found.here.text if found.here else "-") == (
        grade,
        there,
        here,
    )


def test_numbers_in_words_differ_beside_numbers_in_digits_that_differ_too() -> None:
    found = compare_values(read_values("ko", "5일 동안 두 시간씩"), read_values("en", "for 4 days, three hours each"))
    assert {(each.there.text, each.here.text) for each in found if each.there and each.here} == {
        ("5일", "4 days"),
        ("두 시간", "three hours"),
    }


@pytest.mark.parametrize("digits", ["7", "1,234,", "0.5", "①"])
@pytest.mark.parametrize("lang", ["ko", "en", "ja", "zh-Hans"])
def test_digits_without_end_are_no_value(lang: str, digits: str) -> None:
    assert [value.text for value in read_values(lang, f"{digits * 5000}; 12 kg").single if value.has_digits] == [
        "12 kg"
    ]


def test_a_number_in_words_without_end_is_no_greater_than_one_can_be() -> None:
    (value,) = read_values("en", "hundred " * 3000).single
    assert max(value.readings) < 10**100


def test_brackets_that_never_close_take_no_time() -> None:
    assert read_values("en", "(가" * 5 + "가" * 80_000).single == ()
