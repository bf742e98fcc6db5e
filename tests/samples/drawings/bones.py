"""Drawings for the orthopaedic clinic's posts."""

from drawings.sheet import (
    CORAL,
    CREAM,
    GREY,
    INK,
    OCHRE,
    ROSE,
    SEA,
    SHADE,
    SKIN,
    SKY,
    TEAL,
    WHITE,
    Point,
    Sheet,
)
from PIL import Image


def plantar_fascia() -> Image.Image:
    sheet = Sheet()
    foot = [
        (180, 60),
        (330, 60),
        (350, 230),
        (450, 330),
        (640, 400),
        (830, 450),
        (870, 500),
        (840, 540),
        (700, 540),
        (560, 500),
        (430, 480),
        (320, 530),
        (210, 550),
        (140, 500),
        (160, 380),
        (200, 250),
    ]
    sheet.shape(foot, SKIN)
    for bone in (
        [(165, 430), (240, 400), (300, 440), (290, 510), (210, 520)],
        [(280, 380), (350, 350), (400, 400), (330, 430)],
        [(410, 400), (480, 390), (620, 450), (600, 480), (450, 450)],
        [(640, 470), (720, 476), (716, 506), (640, 500)],
        [(740, 482), (820, 490), (820, 516), (740, 512)],
    ):
        sheet.shape(bone, WHITE)
    sheet.box(220, 60, 290, 380, WHITE, 24)
    sheet.stroke([(250, 516), (340, 500), (440, 480), (560, 500), (690, 522)], OCHRE, 16)
    sheet.ring(262, 512, 48, CORAL, 9)
    sheet.stroke([(100, 580), (900, 580)], INK, 6)
    return sheet.picture()


def towel_stretch() -> Image.Image:
    sheet = Sheet(paper=CREAM)
    sheet.box(0, 500, 960, 640, SEA)
    _limb(sheet, [(250, 470), (480, 470), (760, 470)], TEAL, 78)
    sheet.shape([(740, 440), (800, 340), (838, 350), (832, 440), (800, 510), (740, 510)], SKIN)
    _limb(sheet, [(250, 460), (270, 360), (300, 270)], CORAL, 100)
    sheet.disc(320, 160, 68, SKIN)
    sheet.shape([(258, 170), (262, 100), (330, 80), (384, 116), (320, 126), (290, 190)], INK)
    _limb(sheet, [(300, 290), (400, 360), (500, 350)], ROSE, 38)
    sheet.stroke([(500, 350), (660, 352), (820, 356)], WHITE, 24)
    sheet.stroke([(820, 344), (844, 380), (824, 424)], WHITE, 24)
    sheet.arrow([(660, 300), (560, 292)], CORAL)
    return sheet.picture()


def arm_raise() -> Image.Image:
    sheet = Sheet()
    for left in (0, 480):
        sheet.shape(
            [(left + 130, 640), (left + 140, 380), (left + 240, 320), (left + 330, 370), (left + 340, 640)], TEAL
        )
        sheet.disc(left + 238, 210, 76, SKIN)
        sheet.shape(
            [
                (left + 160, 220),
                (left + 170, 150),
                (left + 240, 124),
                (left + 308, 150),
                (left + 314, 210),
                (left + 240, 170),
            ],
            INK,
        )
        _limb(sheet, [(left + 150, 390), (left + 130, 500), (left + 150, 600)], SEA, 46)
    _limb(sheet, [(320, 380), (400, 400), (450, 360)], SEA, 46)
    sheet.disc(452, 352, 25, SKIN)
    sheet.dots((380, 330), (460, 220), CORAL, 7)
    _limb(sheet, [(800, 380), (846, 260), (850, 130)], SEA, 46)
    sheet.disc(850, 110, 26, SKIN)
    _limb(sheet, [(960, 420), (920, 330), (866, 250)], OCHRE, 40)
    sheet.disc(866, 248, 24, SHADE)
    sheet.arrow([(780, 300), (796, 220), (808, 150)], CORAL)
    return sheet.picture()


def cuff() -> Image.Image:
    sheet = Sheet()
    sheet.shape([(80, 120), (300, 90), (560, 130), (640, 180), (560, 190), (300, 160), (100, 180)], GREY)
    sheet.shape([(100, 230), (380, 220), (470, 300), (440, 420), (300, 620), (180, 560), (110, 380)], GREY)
    sheet.shape([(510, 220), (620, 190), (700, 270), (690, 390), (670, 640), (570, 640), (550, 420), (500, 330)], WHITE)
    for start, end, colour in (
        ((180, 215), (610, 215), CORAL),
        ((190, 330), (560, 300), OCHRE),
        ((230, 430), (560, 360), TEAL),
        ((280, 520), (570, 420), SEA),
    ):
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 26)
        sheet.stroke([start, middle, end], colour, 34)
    return sheet.picture()


def pendulum() -> Image.Image:
    sheet = Sheet()
    sheet.box(90, 330, 430, 356, "#a58163", 6)
    sheet.box(120, 356, 144, 620, "#a58163")
    sheet.box(376, 356, 400, 620, "#a58163")
    _limb(sheet, [(760, 620), (770, 480), (740, 370)], INK, 66)
    _limb(sheet, [(690, 620), (720, 480), (736, 370)], "#3c4f58", 62)
    _limb(sheet, [(740, 350), (620, 270), (480, 240)], TEAL, 108)
    sheet.disc(392, 212, 66, SKIN)
    sheet.shape([(440, 230), (450, 160), (390, 138), (336, 166), (392, 176), (410, 230)], INK)
    _limb(sheet, [(470, 260), (400, 300), (350, 324)], SEA, 40)
    _limb(sheet, [(510, 270), (520, 380), (526, 480)], ROSE, 44)
    sheet.disc(526, 500, 26, SKIN)
    sheet.arrow([(440, 560), (520, 590), (600, 560)], CORAL)
    return sheet.picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def wall_crawl() -> Image.Image:
    sheet = Sheet()
    sheet.box(700, 0, 760, 640, SEA)
    for y in range(80, 420, 60):
        sheet.stroke([(686, y), (700, y)], INK, 5)
    _limb(sheet, [(360, 640), (380, 480), (390, 400)], INK, 80)
    _limb(sheet, [(390, 420), (400, 300), (420, 250)], TEAL, 120)
    sheet.disc(436, 140, 70, SKIN)
    sheet.shape([(372, 160), (376, 90), (440, 62), (500, 90), (430, 104), (410, 180)], INK)
    _limb(sheet, [(430, 250), (560, 250), (670, 150)], ROSE, 44)
    sheet.shape([(656, 170), (664, 110), (692, 90), (700, 150), (690, 176)], SKIN)
    sheet.arrow([(640, 330), (640, 270), (640, 220)], CORAL)
    return sheet.picture()


def rain_window() -> Image.Image:
    sheet = Sheet(paper="#8fa7b0")
    sheet.shape([(0, 380), (240, 300), (520, 360), (760, 290), (960, 350), (960, 500), (0, 500)], "#7b948f")
    for drop in range(44):
        x, y = (drop * 197) % 960, (drop * 131) % 440
        sheet.stroke([(x, y), (x, y + 14 + drop % 5 * 7)], "#c9d8dd", 3)
        sheet.disc(x, y + 22 + drop % 5 * 7, 5 + drop % 3, "#dbe6ea")
    sheet.box(470, 0, 490, 480, WHITE)
    sheet.box(0, 480, 960, 640, WHITE)
    sheet.box(0, 480, 960, 496, GREY)
    sheet.ring(760, 500, 40, TEAL, 14)
    sheet.shape([(590, 440), (760, 440), (744, 560), (606, 560)], TEAL, smooth=False)
    sheet.disc(675, 440, 85, SEA, 0.2)
    sheet.disc(675, 444, 70, OCHRE, 0.17)
    sheet.disc(675, 572, 130, GREY, 0.12)
    for x in (650, 690):
        sheet.stroke([(x, 410), (x + 14, 380), (x - 4, 350), (x + 10, 320)], "#e8eff1", 6)
    return sheet.picture()


def wrist_neutral() -> Image.Image:
    sheet = Sheet()
    for left, tilt, colour in ((0, -120, CORAL), (320, 120, CORAL), (640, 0, TEAL)):
        _limb(sheet, [(left + 60, 330), (left + 130, 330), (left + 170, 330)], SKIN, 84)
        sheet.stroke([(left + 170, 330), (left + 270, 330 + tilt)], SKIN, 74, smooth=False)
        sheet.stroke([(left + 50, 330), (left + 170, 330), (left + 262, 330 + tilt * 0.94)], colour, 12, smooth=False)
        sheet.disc(left + 170, 330, 15, colour)
    return sheet.picture()


def nerve_glide() -> list[Image.Image]:
    return [_glide(fingers, turn) for fingers, turn in ((0, 0), (120, 0), (120, 90))]


def cane() -> Image.Image:
    """What the phone's sensor saw, upright; the file stores it lying on its side."""
    sheet = Sheet(600, 800, paper="#e6ddcc")
    sheet.box(0, 610, 600, 800, "#9a7b5e")
    sheet.box(0, 590, 600, 616, WHITE)
    for x in (110, 290, 470):
        sheet.stroke([(x, 616), (x - 40, 800)], "#86694e", 4)
    sheet.stroke([(250, 700), (292, 330), (310, 150)], "#c9bda6", 16)
    sheet.stroke([(236, 700), (280, 320), (296, 140)], "#6b4a2f", 20, smooth=False)
    sheet.stroke([(296, 140), (318, 92), (376, 84), (410, 110)], "#6b4a2f", 22)
    sheet.box(220, 690, 256, 724, INK, 8)
    for left in (330, 440):
        sheet.shape(
            [(left, 660), (left + 50, 650), (left + 84, 690), (left + 90, 740), (left + 40, 756), (left, 740)], TEAL
        )
        sheet.shape([(left, 738), (left + 90, 738), (left + 88, 760), (left, 760)], WHITE, smooth=False)
        sheet.stroke([(left + 20, 690), (left + 56, 684)], WHITE, 6)
    return sheet.picture()


def _limb(sheet: Sheet, joints: list[Point], colour: str, width: float) -> None:
    sheet.stroke(joints, colour, width)
    for x, y in joints[1:-1]:
        sheet.disc(x, y, width / 2, colour)


def _glide(fingers: float, turn: float) -> Image.Image:
    sheet = Sheet(480, 360, paper=SKY)
    sheet.stroke([(40, 300), (190, 260)], TEAL, 74)
    sheet.disc(220, 235 - turn / 3, 62, SKIN)
    sheet.stroke([(180, 262), (226, 230 - turn / 3)], SKIN, 66)
    for finger in range(4):
        base = (236 + 12 * finger, 200 - turn / 2 + 22 * finger)
        tip = (base[0] + fingers + 24, base[1] - 20 - turn * 1.1)
        sheet.stroke([base, tip], SHADE if finger % 2 else SKIN, 22)
    sheet.stroke([(206, 210 - turn / 3), (232, 160 - turn / 3)], SHADE, 24)
    return sheet.picture()
