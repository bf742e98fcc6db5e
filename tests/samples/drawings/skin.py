"""Drawings for the dermatology clinic's posts."""

import math

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


def two_fingers() -> Image.Image:
    sheet = Sheet(800, 560, paper=None)
    sheet.shape([(90, 330), (180, 300), (330, 300), (420, 340), (430, 470), (330, 520), (170, 520), (80, 470)], SKIN)
    sheet.box(300, 300, 720, 378, SKIN, 39)
    sheet.box(300, 388, 690, 466, SKIN, 39)
    sheet.stroke([(330, 384), (660, 384)], SHADE, 4)
    sheet.shape([(180, 320), (260, 250), (380, 215), (430, 240), (400, 280), (300, 310), (250, 370)], SKIN)
    for x in (450, 570):
        sheet.stroke([(x, 312), (x + 6, 340), (x, 366)], SHADE, 3)
        sheet.stroke([(x - 14, 400), (x - 8, 428), (x - 14, 454)], SHADE, 3)
    sheet.box(674, 316, 708, 358, ROSE, 16)
    sheet.box(646, 406, 680, 448, ROSE, 16)
    sheet.stroke([(350, 338), (430, 330), (520, 342), (600, 332), (660, 338)], GREY, 26)
    sheet.stroke([(350, 336), (430, 328), (520, 340), (600, 330), (660, 336)], WHITE, 20)
    sheet.stroke([(345, 428), (420, 420), (500, 432), (570, 422), (630, 428)], GREY, 26)
    sheet.stroke([(345, 426), (420, 418), (500, 430), (570, 420), (630, 426)], WHITE, 20)
    sheet.shape([(560, 90), (690, 60), (730, 150), (600, 190)], TEAL, smooth=False)
    sheet.shape([(560, 90), (600, 190), (548, 180), (534, 120)], SEA, smooth=False)
    sheet.stroke([(620, 106), (690, 90)], WHITE, 8)
    sheet.stroke([(628, 130), (676, 119)], WHITE, 8)
    return sheet.picture()


def uv_by_hour() -> Image.Image:
    sheet = Sheet()
    sheet.box(390, 90, 690, 520, CREAM)
    hill = [(110 + 6 * k, 520 - 400 * math.exp(-(((k - 66) / 25) ** 2))) for k in range(126)]
    sheet.shape([(110, 520), *hill, (860, 520)], ROSE, smooth=False)
    sheet.stroke(hill, CORAL, 9, smooth=False)
    sheet.stroke([(100, 520), (880, 520)], INK, 6)
    for place, hour in enumerate(("6", "9", "12", "15", "18")):
        x = 146 + 180 * place - 14 * place
        sheet.stroke([(x, 520), (x, 536)], INK, 5)
        sheet.write(x, 568, hour, 34)
    sheet.disc(506, 66, 34, OCHRE)
    for turn in range(8):
        c, s = math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)
        sheet.stroke([(506 + 46 * c, 66 + 46 * s), (506 + 58 * c, 66 + 58 * s)], OCHRE, 6)
    return sheet.picture()


def missed_places() -> Image.Image:
    sheet = Sheet()
    neck = [(390, 440), (400, 640), (690, 640), (668, 520), (664, 380)]
    sheet.shape(neck, SHADE, smooth=False)
    face = [
        (330, 170),
        (470, 110),
        (620, 170),
        (660, 300),
        (610, 440),
        (480, 500),
        (370, 490),
        (345, 430),
        (318, 400),
        (330, 370),
        (296, 340),
        (322, 280),
        (318, 220),
    ]
    sheet.shape(face, SKIN)
    hair = [
        (330, 190),
        (360, 100),
        (500, 60),
        (650, 110),
        (700, 250),
        (672, 400),
        (620, 430),
        (600, 330),
        (560, 260),
        (460, 240),
        (380, 215),
    ]
    sheet.shape(hair, INK)
    sheet.shape([(540, 300), (580, 285), (596, 325), (570, 385), (540, 370)], ROSE)
    sheet.stroke([(556, 310), (574, 320), (562, 355)], SHADE, 4)
    sheet.stroke([(352, 318), (366, 312), (384, 318)], INK, 5)
    sheet.stroke([(352, 448), (378, 446)], CORAL, 6)
    sheet.ring(568, 298, 46, CORAL, 9)
    sheet.ring(384, 212, 46, CORAL, 9)
    sheet.ring(646, 476, 46, CORAL, 9)
    sheet.box(380, 580, 710, 640, TEAL, 20)
    return sheet.picture()


def car_window() -> Image.Image:
    sheet = Sheet(paper=SKY)
    sheet.disc(770, 110, 62, OCHRE)
    sheet.shape([(0, 360), (180, 290), (420, 350), (640, 280), (960, 350), (960, 640), (0, 640)], SEA)
    sheet.shape([(560, 150), (900, 200), (520, 560), (300, 470)], "#f3e4ae", smooth=False)
    sheet.shape([(0, 0), (960, 0), (960, 60), (250, 60), (90, 420), (0, 440)], INK, smooth=False)
    sheet.box(0, 440, 960, 640, "#3c4f58")
    sheet.box(610, 50, 650, 450, INK)
    sheet.ring(250, 500, 150, "#1d282e", 26)
    sheet.box(120, 486, 380, 514, "#1d282e", 14)
    sheet.shape([(380, 330), (440, 320), (460, 380), (400, 400), (340, 420), (330, 390)], SKIN)
    sheet.shape([(400, 400), (460, 360), (760, 560), (720, 640), (640, 640)], TEAL)
    sheet.shape([(372, 334), (420, 326), (430, 350), (380, 362)], CREAM)
    return sheet.picture()


def reapply_clock() -> Image.Image:
    sheet = Sheet(720, 720)
    sheet.disc(360, 360, 280, WHITE)
    sheet.ring(360, 360, 280, INK, 12)
    for hour in range(12):
        c, s = math.sin(hour * math.pi / 6), -math.cos(hour * math.pi / 6)
        sheet.stroke([(360 + 236 * c, 360 + 236 * s), (360 + 254 * c, 360 + 254 * s)], INK, 7)
    for hour in (10, 12, 2):
        c, s = math.sin(hour * math.pi / 6), -math.cos(hour * math.pi / 6)
        sheet.disc(360 + 214 * c, 360 + 214 * s, 30, OCHRE)
    sheet.stroke([(360, 360), (256, 300)], INK, 16)
    sheet.stroke([(360, 360), (360, 190)], TEAL, 10)
    sheet.disc(360, 360, 18, INK)
    return sheet.picture()


def symptom_diary() -> Image.Image:
    sheet = Sheet()
    sheet.box(110, 60, 850, 590, WHITE, 18)
    for row in range(7):
        sheet.stroke([(160, 120 + 68 * row), (800, 120 + 68 * row)], GREY, 3)
    for column in range(8):
        sheet.stroke([(188 + 84 * column, 96), (188 + 84 * column, 560)], GREY, 3)
    counts = (
        (0, 0, 1, 0, 2, 3),
        (0, 1, 0, 0, 1, 3),
        (0, 0, 0, 0, 2, 2),
        (1, 0, 0, 1, 2, 3),
        (0, 0, 0, 0, 1, 1),
        (0, 0, 1, 0, 3, 3),
        (0, 0, 0, 0, 1, 2),
    )
    for day, hours in enumerate(counts):
        for hour, many in enumerate(hours):
            for dot in range(many):
                sheet.disc(212 + 84 * day + 20 * dot, 154 + 68 * hour, 8, CORAL)
    sheet.shape([(770, 520), (880, 410), (912, 440), (800, 550), (760, 562)], OCHRE, smooth=False)
    sheet.shape([(770, 520), (800, 550), (760, 562)], INK, smooth=False)
    return sheet.picture()


def dressing() -> Image.Image:
    sheet = Sheet(paper=SKIN)
    sheet.shape([(-60, 420), (240, 330), (560, 400), (1040, 300), (1040, 700), (-60, 700)], SHADE)
    sheet.shape([(-60, 470), (240, 390), (560, 450), (1040, 360), (1040, 700), (-60, 700)], "#e3b78f")
    sheet.disc(470, 250, 120, "#c99a73")
    sheet.disc(466, 244, 118, "#f4dcc0")
    sheet.disc(466, 244, 62, "#faeee0")
    sheet.disc(466, 246, 26, ROSE)
    sheet.stroke([(392, 196), (420, 164), (462, 146)], WHITE, 8)
    for x, y in ((160, 120), (770, 150), (700, 90), (250, 260), (820, 240)):
        sheet.disc(x, y, 4, SHADE)
    return sheet.picture()


def day_by_day() -> Image.Image:
    sheet = Sheet(1000, 360)
    stages = ((CORAL, 40, 26), ("#eb9a8b", 36, 18), (ROSE, 32, 10), ("#f0d2b8", 26, 0))
    for place, (colour, radius, dip) in enumerate(stages):
        x = 150 + 233 * place
        sheet.disc(x, 170, 96, SKIN)
        sheet.disc(x, 170, radius, colour)
        sheet.disc(x, 172, dip, "#c9584c")
        if place:
            sheet.arrow([(x - 128, 170), (x - 106, 170)], GREY, 6)
    for place, day in enumerate(("1", "4", "10", "70")):
        sheet.write(150 + 233 * place, 312, day, 36)
    return sheet.picture()
