"""Which addresses belong to a clinic's channel."""

import pytest

from colophon.clinic.record import Channel, owns_url

BLOG = "https://blog.naver.com/bomnal"


@pytest.mark.parametrize(
    ("kind", "own", "url", "expected"),
    [
        ("naver-blog", BLOG, BLOG, True),
        ("naver-blog", BLOG, BLOG + "/2231", True),
        ("naver-blog", BLOG, "https://m.blog.naver.com/bomnal/2231?x=y", True),
        ("naver-blog", BLOG, "https://blog.naver.com/Bomnal/2231", True),
        ("naver-blog", BLOG, "https://blog.naver.com/PostView.naver?blogId=bomnal&logNo=2231", True),
        ("naver-blog", BLOG, "https://m.blog.naver.com/PostView.nhn?logNo=2231&blogId=bomnal", True),
        ("naver-blog", BLOG, "https://blog.naver.com/PostView.naver?blogId=bomnal2&logNo=2231", False),
        ("naver-blog", BLOG, "https://blog.naver.com/PostView.naver?blogId=bomnal&blogId=other", False),
        ("naver-blog", BLOG, "https://blog.naver.com/PostView.naver?logNo=2231", False),
        ("naver-blog", BLOG, "https://blog.naver.com/bomnal2/2231", False),
        ("naver-blog", BLOG, "https://blog.naver.com/other/bomnal", False),
        ("naver-blog", BLOG, "https://blog.naver.com.evil.kr/bomnal/1", False),
        ("naver-blog", BLOG, "https://blog.naver.com@evil.kr/bomnal/1", False),
        ("naver-blog", BLOG, "http://blog.naver.com/bomnal/1", False),
        ("website", "https://bomnal.kr", "https://www.bomnal.kr/a", True),
        ("website", "https://www.bomnal.kr/news", "https://bomnal.kr/news/1", True),
        ("website", "https://bomnal.kr/news/", "https://bomnal.kr/news", True),
        ("website", "https://bomnal.kr/news", "https://bomnal.kr/newsroom/1", False),
        ("website", "https://bomnal.kr/news", "https://bomnal.kr/", False),
        ("website", "https://bomnal.kr/news", "https://bomnal.kr/news/../admin", False),
        ("website", "https://bomnal.kr/news", "https://bomnal.kr/news/%2e%2e/admin", False),
        ("website", "https://bomnal.kr", "https://blog.bomnal.kr/a", False),
        ("website", "https://bomnal.kr", "https://bomnal.kr:8443/a", False),
        ("website", "https://bomnal.kr", "https://bomnal.kr:443/a", True),
        ("website", "https://bomnal.kr/b?board=news", "https://bomnal.kr/b?id=1&board=news", True),
        ("website", "https://bomnal.kr/b?board=news", "https://bomnal.kr/b?id=1&board=qna", False),
        ("website", "https://bomnal.kr/소식", "https://bomnal.kr/%EC%86%8C%EC%8B%9D/1", True),
        ("other", "https://a.kr/x", "https://a.kr/x/y", True),
        ("youtube", "https://www.youtube.com/@bomnal", "https://youtube.com/@Bomnal/videos", True),
        ("youtube", "https://www.youtube.com/@bomnal", "https://youtube.com/@other", False),
        ("youtube", "https://www.youtube.com/@bomnal", "https://www.youtube.com/watch?v=1", True),
        ("youtube", "https://www.youtube.com/@bomnal", "https://youtu.be/1", True),
        ("youtube", "https://www.youtube.com/channel/UC1", "https://m.youtube.com/channel/UC1", True),
        ("youtube", "https://www.youtube.com/@bomnal", "https://youtube.com.evil.kr/watch", False),
        ("instagram", "https://www.instagram.com/bomnal/", "https://instagram.com/bomnal/p/1/", True),
        ("instagram", "https://www.instagram.com/bomnal/", "https://www.instagram.com/p/1/", True),
        ("instagram", "https://www.instagram.com/bomnal/", "https://www.instagram.com/other/", False),
        ("kakao", "https://pf.kakao.com/_abc", "https://pf.kakao.com/_abc/123", True),
        ("kakao", "https://pf.kakao.com/_abc", "https://pf.kakao.com/_abd/123", False),
    ],
)
def test_an_address_belongs_by_the_rules_of_its_platform(kind: str, own: str, url: str, expected: bool) -> None:
    assert owns_url(Channel(kind=kind, url=own, name="x"), url) is expected
