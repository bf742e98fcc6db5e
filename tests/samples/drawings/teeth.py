"""Drawings for the dental clinic's posts."""

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
    Sheet,
)
from PIL import Image


def tooth_layers() -> Image.Image:
    sheet = Sheet()
    sheet.shape([(0, 430), (180, 420), (320, 450), (640, 450), (780, 380), (960, 370), (960, 700), (0, 700)], ROSE)
    root = [
        (330, 300),
        (630, 300),
        (640, 420),
        (600, 600),
        (545, 610),
        (510, 470),
        (480, 440),
        (450, 470),
        (415, 610),
        (360, 600),
        (320, 420),
    ]
    sheet.shape(root, OCHRE)
    sheet.shape(
        [
            (310, 330),
            (300, 180),
            (370, 90),
            (430, 120),
            (480, 100),
            (530, 120),
            (590, 90),
            (660, 180),
            (650, 330),
            (480, 350),
        ],
        WHITE,
    )
    sheet.shape([(350, 320), (350, 220), (400, 160), (480, 180), (560, 160), (610, 220), (610, 320), (480, 360)], OCHRE)
    sheet.shape(
        [
            (430, 320),
            (430, 250),
            (480, 230),
            (530, 250),
            (530, 320),
            (580, 560),
            (565, 570),
            (505, 410),
            (480, 395),
            (455, 410),
            (395, 570),
            (380, 560),
        ],
        CORAL,
    )
    sheet.shape([(0, 470), (200, 450), (322, 480), (352, 640), (0, 640)], "#e8a79a")
    sheet.shape([(960, 420), (780, 410), (644, 360), (612, 640), (960, 640)], "#e8a79a")
    for y in (378, 402, 426):
        sheet.arrow([(130, y - 90), (290, y)], TEAL, 5)
    return sheet.picture()


def brush_angle() -> Image.Image:
    sheet = Sheet()
    sheet.box(0, 420, 960, 640, "#e8a79a")
    for place in range(3):
        x = 240 + 240 * place
        sheet.shape(
            [(x - 108, 430), (x - 104, 230), (x - 40, 150), (x + 40, 150), (x + 104, 230), (x + 108, 430), (x, 480)],
            WHITE,
        )
        sheet.stroke([(x - 104, 430), (x, 474), (x + 104, 430)], CORAL, 7)
    for bristle in range(9):
        x = 330 + 26 * bristle
        sheet.stroke([(x + 44, 356 + 9 * bristle - 60), (x, 420 + 9 * bristle - 50)], SEA, 10)
    sheet.shape([(352, 270), (620, 362), (640, 330), (940, 150), (900, 90), (600, 290), (372, 222)], TEAL, smooth=False)
    return sheet.picture()


def rice_and_pea() -> Image.Image:
    sheet = Sheet(960, 400)
    for left, colour, paste, flat in ((40, TEAL, 19, 0.5), (520, CORAL, 30, 1.0)):
        sheet.stroke([(left + 30, 240), (left + 170, 240), (left + 230, 252), (left + 390, 250)], colour, 30)
        sheet.stroke([(left + 260, 251), (left + 380, 250)], colour, 42)
        for bristle in range(7):
            x = left + 36 + 20 * bristle
            sheet.stroke([(x, 226), (x, 180)], SEA, 14)
        sheet.disc(left + 96, 174 - paste * flat / 2, paste, OCHRE, flat)
        sheet.disc(left + 90, 170 - paste * flat / 2, paste / 2.4, CREAM, flat)
    return sheet.picture()


def lap_position() -> Image.Image:
    sheet = Sheet(paper=CREAM)
    sheet.shape([(40, 470), (200, 380), (460, 400), (470, 560), (300, 640), (40, 640)], TEAL)
    sheet.shape([(40, 170), (200, 260), (460, 240), (470, 80), (300, 0), (40, 0)], TEAL)
    sheet.shape([(330, 190), (560, 180), (760, 220), (860, 320), (760, 420), (560, 460), (330, 450)], SEA)
    sheet.disc(330, 320, 118, SKIN)
    sheet.shape([(206, 320), (230, 230), (300, 200), (270, 260), (262, 320), (270, 380), (300, 440), (230, 410)], INK)
    sheet.disc(372, 284, 9, INK)
    sheet.disc(372, 356, 9, INK)
    sheet.disc(414, 320, 20, CORAL)
    sheet.disc(420, 320, 8, WHITE)
    sheet.stroke([(414, 320), (560, 236)], OCHRE, 12)
    sheet.shape([(520, 150), (600, 190), (580, 262), (530, 258), (500, 210)], SHADE)
    sheet.stroke([(560, 200), (640, 90), (700, 20)], SHADE, 54)
    sheet.disc(110, 320, 84, SKIN)
    sheet.disc(90, 320, 86, INK)
    return sheet.picture()


def first_brush() -> Image.Image:
    sheet = Sheet(paper=SKY)
    sheet.shape([(230, 640), (280, 480), (480, 440), (680, 480), (730, 640)], OCHRE)
    sheet.disc(480, 290, 190, SKIN)
    sheet.shape([(292, 270), (330, 130), (480, 84), (630, 130), (668, 270), (600, 190), (480, 170), (370, 190)], INK)
    sheet.disc(410, 290, 14, INK)
    sheet.disc(550, 290, 14, INK)
    sheet.shape([(400, 360), (480, 378), (560, 360), (530, 420), (480, 436), (430, 420)], WHITE)
    sheet.stroke([(400, 360), (480, 378), (560, 360)], CORAL, 6)
    sheet.stroke([(560, 400), (760, 480)], TEAL, 20)
    sheet.disc(740, 480, 46, SKIN)
    return sheet.picture()


def bedtime_cup() -> Image.Image:
    sheet = Sheet(paper="#33454f")
    sheet.disc(770, 130, 66, CREAM)
    sheet.disc(742, 116, 60, "#33454f")
    for x, y in ((140, 90), (300, 160), (560, 80), (640, 220), (880, 260), (90, 260)):
        sheet.disc(x, y, 5, CREAM)
    sheet.box(0, 470, 960, 640, "#8a6a4f")
    sheet.box(0, 462, 960, 482, "#a58163")
    sheet.box(520, 420, 830, 466, TEAL, 8)
    sheet.box(540, 382, 810, 424, CORAL, 8)
    sheet.box(548, 390, 800, 396, WHITE)
    sheet.shape([(250, 260), (430, 260), (410, 466), (270, 466)], SKY, smooth=False)
    sheet.shape([(256, 320), (424, 320), (410, 466), (270, 466)], "#8fbfd2", smooth=False)
    sheet.disc(340, 320, 84, "#a9d2e2", 0.16)
    return sheet.picture()


def mirror() -> Image.Image:
    sheet = Sheet()
    sheet.stroke([(520, 380), (840, 600)], GREY, 30)
    sheet.disc(400, 290, 220, GREY)
    sheet.disc(400, 290, 196, SKY)
    sheet.shape(
        [
            (290, 240),
            (330, 180),
            (400, 200),
            (470, 180),
            (510, 240),
            (510, 350),
            (460, 400),
            (400, 385),
            (340, 400),
            (290, 350),
        ],
        WHITE,
    )
    sheet.shape([(350, 270), (400, 250), (450, 270), (440, 320), (400, 335), (360, 320)], "#8d979b")
    sheet.stroke([(270, 160), (240, 200), (226, 250)], WHITE, 10)
    return sheet.picture()
