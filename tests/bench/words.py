"""Words that generated posts are made of: everyday sentences about a visit to an invented clinic."""

SUBJECTS = (
    "a stiff shoulder", "a dry eye", "the first walk after rest", "an itchy patch on the elbow", "a warm compress",
    "the small muscle behind the ear", "a short nap", "the skin around the nails", "a cup of barley tea",
    "the way the chair is set", "a slow breath", "the line between two teeth", "a heavy bag on one side",
    "the light of a screen late at night", "a long bus ride", "the sole of the foot", "a cold wind in the morning",
    "the week before an exam", "a knee that clicks", "the lid of the eye",
)  # fmt: skip
VERBS = (
    "often tells more than", "is easily taken for", "comes a little before", "has less to do with",
    "goes together with", "is not the same as", "lasts longer than", "is calmer after", "can hide behind",
    "is asked about as often as",
    "needs more patience than", "changes with",
)  # fmt: skip
OBJECTS = (
    "what a picture of it shows", "the number on the form", "the weather of that day", "a change of pillow",
    "two glasses of water", "the habit of leaning on the left", "what was eaten the evening before",
    "the pain that people expect", "a walk around the block", "the stairs at the station", "the colour of the skin",
    "what a neighbour was told", "a week of going to bed early", "the shoes that were bought last spring",
    "the time that is spent sitting", "one careful look in good light",
)  # fmt: skip
OPENINGS = (
    "In our waiting room people say that", "Many write to us that", "It sounds strange, but", "To put it simply,",
    "We see it every season:", "At home it is worth noticing whether", "Nobody likes to hear it, but",
    "On some days", "After a few weeks", "For most of our visitors", "Strictly speaking,", "As far as we can tell,",
)  # fmt: skip
CLOSINGS = (
    "If it does not ease in ten days, let a doctor look at it.", "There is no hurry to decide anything today.",
    "Write down when it began and what you were doing.",
    "A small change kept up is better than a large one given up.",
    "Please do not copy what worked for another person.", "Rest on the day itself, and walk a little on the next.",
    "That is all there is to it.", "We would rather see you once too often.", "Bring the list of what you take.",
    "Most of the time it passes by itself.",
)  # fmt: skip
HEADINGS = (
    "When it begins", "What can be done at home", "What we look at first", "How long it takes", "What it is not",
    "A few questions that we are often asked", "Before you come", "On the days after",
)  # fmt: skip
WARNINGS = (
    "※ Anyone who takes blood thinners should ask first, since bruises may come and stay longer.",
    "※ Swelling, redness and pain may follow and differ from person to person; read the leaflet before deciding.",
    "※ In rare cases an infection or an allergy may follow, so talk it over fully with the medical staff.",
    "※ What is described here does not hold for everyone, and side effects are possible.",
)  # fmt: skip
TOPICS = (
    "shoulders", "dry eyes", "sleep", "first steps", "itching", "posture", "teeth", "winter skin", "knees", "screens",
    "pillows", "walking", "pollen", "stairs", "hearing", "nails", "water", "stretching", "lids", "heels",
)  # fmt: skip
TITLES = (
    "{topic} in the week after the holidays", "What people ask about {topic}", "{topic}, told without haste",
    "Three evenings spent thinking about {topic}", "A short guide to {topic} for those who sit all day",
    "{topic}: what helps and what only costs time", "Why {topic} should not wait until spring",
    "Notes from the desk: {topic}",
)  # fmt: skip
KOREAN_TITLES = (
    "명절 지난 뒤 {number}번째 이야기, 어깨와 베개", "대기실에서 자주 듣는 질문 {number}",
    "서두르지 않고 말하는 {number}가지", "겨울 피부를 위한 메모 {number}",
    "하루 종일 앉아 있는 분들께 {number}", "눈이 마를 때 읽는 글 {number}",
)  # fmt: skip
CLINIC_BEGINNINGS = ("garam", "noeul", "dalbit", "solbaram", "hanul", "mireu", "byeolsol", "onnuri", "sarang", "yeoul")
CLINIC_ENDINGS = ("jae", "won", "maru", "teo", "namu", "gyeol", "dam", "seom")
CLINIC_KINDS = (("Skin Clinic", "피부과의원"), ("Eye Clinic", "안과의원"), ("Dental Clinic", "치과의원"),
                ("Orthopaedic Clinic", "정형외과의원"), ("Ear and Nose Clinic", "이비인후과의원"))  # fmt: skip
HANGUL = {
    "garam": "가람", "noeul": "노을", "dalbit": "달빛", "solbaram": "솔바람", "hanul": "하눌", "mireu": "미르",
    "byeolsol": "별솔", "onnuri": "온누리", "sarang": "사랑", "yeoul": "여울", "jae": "재", "won": "원", "maru": "마루",
    "teo": "터", "namu": "나무", "gyeol": "결", "dam": "담", "seom": "섬",
}  # fmt: skip
SYSTEMS = ("badang-mt 2.1", "badang-mt 2.4", "mulgil-translate 7")
