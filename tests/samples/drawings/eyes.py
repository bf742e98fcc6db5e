"""Drawings for the eye clinic's posts."""

from drawings.sheet import (
    CORAL,
    CREAM,
    GREY,
    INK,
    OCHRE,
    SEA,
    SKIN,
    SKY,
    TEAL,
    WHITE,
    Sheet,
)
from PIL import Image


def far_window() -> Image.Image:
    sheet = Sheet()
    sheet.box(150, 50, 810, 440, SKY)
    sheet.shape([(150, 440), (150, 330), (300, 260), (460, 320), (620, 230), (810, 320), (810, 440)], SEA, smooth=False)
    sheet.shape([(150, 440), (150, 390), (360, 330), (560, 390), (810, 350), (810, 440)], TEAL, smooth=False)
    sheet.stroke([(612, 238), (604, 196)], INK, 5)
    sheet.stroke([(640, 238), (648, 196)], INK, 5)
    sheet.box(592, 150, 660, 200, CORAL, 12)
    sheet.disc(280, 120, 40, OCHRE)
    for left, top, right, bottom in (
        (136, 40, 156, 450),
        (804, 40, 824, 450),
        (470, 40, 486, 450),
        (136, 36, 824, 56),
        (116, 440, 844, 466),
    ):
        sheet.box(left, top, right, bottom, WHITE, 4)
    sheet.box(0, 530, 960, 640, "#a58163")
    sheet.box(330, 350, 640, 520, INK, 12)
    sheet.box(346, 366, 624, 504, "#4d636d", 6)
    sheet.box(300, 516, 670, 534, GREY, 8)
    sheet.box(740, 460, 800, 532, CREAM, 8)
    return sheet.picture()


def screen_height() -> Image.Image:
    sheet = Sheet()
    sheet.box(430, 500, 940, 526, "#a58163")
    sheet.box(880, 526, 904, 640, "#a58163")
    sheet.box(470, 526, 494, 640, "#a58163")
    sheet.shape([(700, 250), (726, 246), (756, 450), (730, 454)], INK, smooth=False)
    sheet.box(726, 450, 800, 466, INK, 6)
    sheet.box(756, 440, 772, 500, INK)
    sheet.shape([(120, 640), (130, 400), (220, 330), (320, 370), (340, 640)], TEAL)
    sheet.stroke([(260, 420), (340, 500), (500, 490)], SEA, 44)
    sheet.disc(524, 488, 26, SKIN)
    sheet.box(196, 290, 256, 370, SKIN, 20)
    sheet.disc(236, 220, 96, SKIN)
    sheet.shape([(150, 250), (140, 160), (220, 110), (310, 140), (316, 178), (240, 180), (196, 270)], INK)
    sheet.disc(302, 218, 9, INK)
    sheet.dots((322, 222), (704, 340), CORAL, 7)
    sheet.dots((322, 218), (700, 218), GREY, 5)
    return sheet.picture()


def floaters() -> Image.Image:
    sheet = Sheet(paper=SKY)
    sheet.shape([(60, 560), (180, 500), (300, 540), (420, 490), (560, 560), (400, 610), (180, 610)], WHITE)
    sheet.shape([(640, 120), (720, 80), (820, 110), (900, 90), (920, 150), (780, 180)], WHITE)
    for x, y, radius in ((250, 200, 9), (300, 250, 5), (610, 330, 11), (660, 370, 6), (470, 130, 7), (780, 430, 8)):
        sheet.disc(x, y, radius + 4, "#aec3cc")
        sheet.disc(x, y, radius, "#7d8f98")
    sheet.stroke([(340, 360), (390, 320), (430, 370), (490, 340), (520, 390)], "#8fa2ab", 5)
    sheet.stroke([(680, 240), (720, 280), (700, 320), (740, 340)], "#8fa2ab", 4)
    sheet.ring(200, 390, 36, "#8fa2ab", 6)
    return sheet.picture()


def lens_case() -> Image.Image:
    sheet = Sheet(paper=CREAM)
    sheet.shape([(80, 400), (860, 400), (920, 560), (40, 560)], WHITE, smooth=False)
    for y in (440, 480, 520):
        sheet.stroke([(90, y), (870, y)], SKY, 4)
    for x, colour in ((330, TEAL), (630, CORAL)):
        sheet.disc(x, 420, 110, "#d9d2c1", 0.3)
        sheet.box(x - 100, 270, x + 100, 420, colour, 26)
        sheet.disc(x, 276, 100, WHITE, 0.22)
    sheet.box(420, 320, 540, 370, GREY, 10)
    for x, colour in ((190, TEAL), (780, CORAL)):
        sheet.disc(x, 500, 76, INK, 0.34)
        sheet.disc(x, 494, 74, colour, 0.34)
        sheet.disc(x, 492, 52, WHITE, 0.3)
    sheet.shape([(480, 60), (510, 120), (500, 160), (480, 170), (460, 160), (450, 120)], SKY)
    sheet.stroke([(440, 80), (530, 170)], CORAL, 9)
    return sheet.picture()
