"""Pictures that are drawn from text: the cards that stand for pages elsewhere, and the site's icon.

Everything is computed here, without a library, a font of the system or a process of its own. So ``publish`` and a
build draw them alike, on every machine to the same pixels.
"""

# In pixels: what readers of Open Graph show whole, 1.91 to 1.
CARD_WIDTH, CARD_HEIGHT = 1200, 630
