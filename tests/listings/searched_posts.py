"""10,000 generated posts in three scripts, and fifty queries with the post that each should find first.

A title is made of a part of the body, a treatment and a circumstance, so that words repeat as they do in real titles. A
few posts have words of their own; queries look for those, and for words that many posts have.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random

from colophon.page.entry import Entry
from colophon.page.names import ClinicName

POSTS = 10_000
_FIRST_DAY = date(2016, 1, 1)
_CLINICS = 40
_SPOKEN = {
    "en": (
        "Knee,Shoulder,Elbow,Ankle,Wrist,Hip,Spine,Neck,Stomach,Liver,Kidney,Thyroid,Skin,Scalp,Eyelid,Retina,Molar,Gum,"
        "Sinus,Eardrum,Tonsil,Bladder,Uterus,Ovary,Prostate,Artery,Vein,Tendon,Muscle,Nerve",
        "surgery,injection,massage,imaging,laser,stretching,medication,ultrasound,biopsy,screening,cleaning,suture,"
        "implant,transplant,rehabilitation,acupuncture,compression,cooling,heating,rest",
        "after a fall,before winter,during pregnancy,for runners,for children,at night,in old age,without a stay,"
        "step by step,on the next day,for office workers,while travelling,in ten questions,explained with pictures,"
        "and what it costs in time",
    ),
    "ko": (
        "무릎,어깨,팔꿈치,발목,손목,고관절,척추,목,위장,간,신장,갑상선,피부,두피,눈꺼풀,망막,어금니,잇몸,부비동,고막,편도,"
        "방광,자궁,난소,전립선,동맥,정맥,힘줄,근육,신경",
        "수술,주사,마사지,영상검사,레이저,스트레칭,약물치료,초음파,조직검사,검진,스케일링,봉합,임플란트,이식,재활,침치료,"
        "압박,냉찜질,온찜질,휴식",
        "넘어진 뒤에,겨울이 오기 전에,임신 중에,달리는 분들께,아이들에게,밤에,나이 들어서,입원 없이,"
        "차근차근,다음 날에,앉아서 일하는 분들께,여행 중에,열 가지 질문,그림으로 보는,걸리는 시간",
    ),
    "ja": (
        "膝関節,肩関節,肘,足首,手首,股関節,脊椎,首,胃,肝臓,腎臓,甲状腺,皮膚,頭皮,まぶた,網膜,"
        "奥歯,歯肉,副鼻腔,鼓膜,扁桃,膀胱,子宮,卵巣,前立腺,動脈,静脈,アキレス腱,筋肉,神経",
        "手術,注射,マッサージ,画像検査,レーザー,ストレッチ,薬物療法,エコー,生検,検診,クリーニング,縫合,インプラント,移植,リハビリ,鍼治療,圧迫,冷却,温熱,安静",
        "転んだあとに,冬の前に,妊娠中に,走る人へ,子どもに,夜に,年を取ってから,入院せずに,順を追って,翌日に,座って働く人へ,旅行中に,十の質問,図で見る,かかる時間",
    ),
}
# Posts with words of their own, by their place among the posts: the title in each language, and a tag.
SPECIAL = {
    137: {
        "en": ("Laparoscopic removal of a uterine fibroid", "myomectomy"),
        "ko": ("복강경으로 하는 자궁근종절제술", "자궁근종"),
        "ja": ("子宮筋腫の腹腔鏡手術", "子宮筋腫"),
    },
    2222: {
        "en": ("Endometriosis: pain that returns each month", "endometriosis"),
        "ko": ("자궁내막증, 달마다 돌아오는 통증", "자궁내막증"),
        "ja": ("子宮内膜症と毎月の痛み", "子宮内膜症"),
    },
    3456: {
        "en": ("Snoring and the sleep apnoea test", "snoring"),
        "ko": ("코골이와 수면무호흡 검사", "코골이"),
        "ja": ("いびきと睡眠時無呼吸の検査", "いびき"),
    },
    4567: {
        "en": ("Café au lait spots: when to worry", "birthmarks"),
        "ko": ("밀크커피반점, 언제 걱정할까", "반점"),
        "ja": ("カフェオレ斑はいつ心配か", "カフェオレ斑"),
    },
    5678: {
        "en": ("Osteoporosis: bones that break easily", "osteoporosis"),
        "ko": ("골다공증, 쉽게 부러지는 뼈", "골다공증"),
        "ja": ("骨粗鬆症と折れやすい骨", "骨粗鬆症"),
    },
    6789: {
        "en": ("Wearing a mouthguard against grinding", "bruxism"),
        "ko": ("이갈이에 쓰는 마우스가드", "이갈이"),
        "ja": ("歯ぎしりとマウスガード", "歯ぎしり"),
    },
    7890: {
        "en": ("Vaccinations for adolescents", "vaccines"),
        "ko": ("청소년 예방접종", "예방접종"),
        "ja": ("思春期のワクチン接種", "ワクチン"),
    },
    8901: {
        "en": ("Herniated discs: lifting without harm", "hernia"),
        "ko": ("추간판탈출증, 다치지 않고 드는 법", "추간판"),
        "ja": ("椎間板ヘルニアと持ち上げ方", "ヘルニア"),
    },
}
# The language, what is typed, and the place of the post that is found first.
QUERIES = (
    ("en", "laparoscopic", 137),
    ("en", "Laparoscopic Removal", 137),
    ("en", "laparosc", 137),
    ("en", "laparascopic", 137),
    ("en", "uterine fibroids", 137),
    ("en", "myomectomy", 137),
    ("en", "endometriosis", 2222),
    ("en", "edometriosis", 2222),
    ("en", "endometroisis", 2222),
    ("en", "ENDOMETRIOSIS PAIN", 2222),
    ("en", "snoring", 3456),
    ("en", "snore", 3456),
    ("en", "sleep apnoea", 3456),
    ("en", "the apnoea test", 3456),
    ("en", "cafe au lait", 4567),
    ("en", "café", 4567),
    ("en", "birthmark", 4567),
    ("en", "osteoporosis", 5678),
    ("en", "osteoprosis", 5678),
    ("en", "bone", 5678),
    ("en", "mouthguards", 6789),
    ("en", "mouthgaurd", 6789),
    ("en", "bruxism", 6789),
    ("en", "grind", 6789),
    ("en", "vaccination", 7890),
    ("en", "vacination", 7890),
    ("en", "adolescent vaccines", 7890),
    ("en", "herniated disc", 8901),
    ("en", "lifting", 8901),
    ("en", "코골이와", 3456),
    ("ko", "복강경", 137),
    ("ko", "자궁근종", 137),
    ("ko", "자궁 근종", 137),
    ("ko", "절제술", 137),
    ("ko", "자궁내막", 2222),
    ("ko", "자궁내막증 통증", 2222),
    ("ko", "코골", 3456),
    ("ko", "콕", 3456),
    ("ko", "수면무호흡", 3456),
    ("ko", "골다공증", 5678),
    ("ko", "골다궁증", 5678),
    ("ko", "이갈이", 6789),
    ("ko", "마우스가드", 6789),
    ("ko", "예방접종", 7890),
    ("ja", "子宮筋腫", 137),
    ("ja", "筋腫", 137),
    ("ja", "腹腔鏡", 137),
    ("ja", "いびき", 3456),
    ("ja", "カフェオレ", 4567),
    ("ja", "ﾏｳｽｶﾞｰﾄﾞ", 6789),
    ("ja", "椎間板", 8901),
    ("ja", "ヘルニア 持ち上げ方", 8901),
)


@cache
def make_entries(lang: str) -> list[Entry]:
    """All posts in ``lang``, in the order of their places: the first one is the oldest."""
    return [_make_entry(lang, place) for place in range(POSTS)]


def path_of(lang: str, place: int) -> str:
    """The path of the post at ``place``."""
    return f"/{lang}/clinic-{place % _CLINICS:02}/post-{place:05}/"


def _make_entry(lang: str, place: int) -> Entry:
    title, tags = _title_and_tags(lang, place)
    clinic = place % _CLINICS
    names = {"en": f"Moon River {clinic:02} Clinic", "ko": f"달강{clinic:02}의원", "ja": f"月川{clinic:02}医院"}
    return Entry(
        lang=lang,
        clinic=f"clinic-{clinic:02}",
        post=f"post-{place:05}",
        posted=_FIRST_DAY + timedelta(days=place // 4),
        title=title,
        source_title=_title_and_tags("ko", place)[0],
        excerpt="",
        original=lang == "ko",
        reviewed=False,
        published="",
        modified="",
        names=tuple(ClinicName(tag, names[tag]) for tag in dict.fromkeys((lang, "ko"))),
        languages=("en", "ja", "ko"),
        tags=tags,
    )


def _title_and_tags(lang: str, place: int) -> tuple[str, tuple[str, ...]]:
    if place in SPECIAL:
        title, tag = SPECIAL[place][lang]
        return title, (tag,)
    parts = list(_draw(lang, Random(place)))
    between = {"en": " ", "ko": " ", "ja": "の"}[lang]
    return f"{parts[0]}{between}{parts[1]}{' ' if lang == 'en' else '、'}{parts[2]}", (parts[0].lower(), parts[1])


def _draw(lang: str, chance: Random) -> Iterator[str]:
    """A part of the body, a treatment and a circumstance: the same ones in each language."""
    for each in _SPOKEN[lang]:
        words = each.split(",")
        yield words[chance.randrange(len(words))]
