"""The limits of uploads. Sizes are in bytes; 1 kB is 1024 bytes."""

MAX_EDITION_BYTES = 256 * 1024
MAX_FRONT_MATTER_BYTES = 16 * 1024
MAX_OTHER_FILE_BYTES = 64 * 1024
# It stands in the clinic's row, which every publish reads: DynamoDB bills each 4 kB of it.
MAX_GLOSSARY_BYTES = 8 * 1024
MAX_TERMS = 200

# Levels of mappings and lists in a file's fields, and of quotes, lists and emphasis in a body.
MAX_NESTING = 8
MAX_IMAGES = 50
# Of all tables of a body together, and of all footnotes.
MAX_TABLE_CELLS = 10_000
MAX_FOOTNOTE_MARKS = 1_000
MAX_TAGS = 50
MAX_EARLIER_ADDRESSES = 20
MAX_CORRECTIONS = 200
MAX_DIFFERENCE_NOTES = 50
# In a row. Normalising takes the square of that; Unicode's stream-safe format (UAX 15, 13) has the same limit.
MAX_COMBINING_MARKS = 30

# The files of a post that are answered, and the contents of one key that are read: more would fill the post's item in
# the index, or keep the functions busy.
MAX_KEYS = 400
MAX_CONTENTS = 100

MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_IMAGE_PIXELS = 50_000_000

# More than a person fixes at once, and small enough for one row of the index (DynamoDB: 400 kB an item).
MAX_PROBLEMS = 60
MAX_VALUE_CHARACTERS = 60
