"""Days of the week, weeks of a month and halves of the day: what is another one, and what is not."""

import pytest

from tests.fidelity.texts import compare_bodies

SAME = """\
일요일을 제외하고 매일 진료합니다. | We are open from Monday to Saturday.
평일과 토요일에 진료합니다. | We are open Monday to Saturday.
월·수·금 야간진료, 화요일 휴진 | Evening hours on Mondays, Wednesdays and Fridays; closed on Tuesday
화목은 야간진료, 일요일은 휴진 | Late hours on Tuesday; closed on Thu
주말(토, 일)은 쉽니다. | We are closed on Saturday and Sunday.
화요일, 목요일은 쉽니다. | Closed Tue, and all day on Thursday.
오후 2시~6시 | from 2 to 6 p.m.
밤 12시 이후에는 금식하세요. | Eat nothing after midnight.
낮 12시에 오세요. | Come at 12 p.m.
오전 12시에 엽니다. | We open at noon.
낮 11시에 엽니다. | We open at 11 a.m.
밤 1시에 깹니다. | She wakes at 1 a.m.
아침 7시와 저녁 7시에 드세요. | Take it at 7 a.m. and at 7 p.m.
오전 10시(뉴욕은 전날 오후 8시)입니다. | It is 10 a.m. (8 p.m. the day before in New York).
오전 1시간 걷고 1시에 옵니다. | Walk for one hour in the morning and come at 1 p.m.
매월 1, 3번째 주 일요일 | the first Sunday and the third Sunday of each month
첫 주에는 쉬고, 둘째 주부터 걷습니다. | Rest in the first week, walk from the second week.
화요일입니다. | It is Tue, the day after a Monday.
오전 9시입니다. | It is 9 a.m. (9 p.m. in New York).
아침 7시와 저녁 7시에 드세요. | Take it at 7 p.m., and again in the morning.
첫 주는 쉬고, 둘째 주부터 걷습니다. | Rest in the first week, then walk.
1번째 주는 쉬고, 둘째 주부터 걷습니다. | Rest in the first week, then walk.
둘째 주와 그다음 주에 쉽니다. | Closed in the 2nd week and the third week.
둘째 아이는 월요일에 왔습니다. | The second child came in the first week, on a Monday."""
DIFFERENT = """\
매주 화요일 휴진 | Closed every Wednesday | date | 화요일 | Wednesday
오전만 진료(토) | Mornings only on Sunday | date | (토) | Sunday
3월 1일(일) 휴진 | Closed on Monday, March 1 | date | (일) | Monday
월~금 진료 | Open Monday to Saturday | date | 금 | Saturday
월~금 진료 | Open Tuesday to Friday | date | 월 | Tuesday
수술은 화요일입니다. | Surgery is on Wednesday. | date | 화요일 | Wednesday
둘째 주 토요일 | the third Saturday | date | 둘째 주 | third Saturday
첫째 일요일 | the fourth Sunday | date | 첫째 일요일 | fourth Sunday
매월 첫째 주에 쉽니다. | Closed in the second week of each month. | date | 첫째 주 | second week
자정에 먹었습니다. | We ate at midday. | number | 자정 | midday
오전 9시부터 | from 9 p.m. | number | 오전 9시 | 9 p.m.
저녁 7:30에 드세요. | Take it at 7:30 a.m. | number | 저녁 7:30 | 7:30 a.m.
밤 10시에 드세요. | Take it at 10 a.m. | number | 밤 10시 | 10 a.m.
밤 2시에 깹니다. | She wakes at 2 p.m. | number | 밤 2시 | 2 p.m.
낮 2시에 옵니다. | She comes at 2 a.m. | number | 낮 2시 | 2 a.m.
정오에 오세요. | Come at midnight. | number | 정오 | midnight
밤 12시부터 금식 | Fast from 12 p.m. | number | 밤 12시 | 12 p.m."""


@pytest.mark.parametrize("pair", SAME.splitlines())
def test_what_may_be_the_same_is_none(pair: str) -> None:
    korean, english = pair.split(" | ")
    assert [each for each in compare_bodies(korean, english) if each.grade == "differs"] == []


@pytest.mark.parametrize("pair", DIFFERENT.splitlines())
def test_another_one_is_told(pair: str) -> None:
    korean, english, *expected = pair.split(" | ")
    (found,) = compare_bodies(korean, english)
    assert [found.kind, found.there, found.here, found.grade] == [*expected, "differs"]
