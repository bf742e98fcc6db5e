"""Every limit of an upload, in one place. Sizes are bytes as S3 counts them, a kB being 1024 of them."""

EDITION_BYTES = 256 * 1024
FRONT_MATTER_BYTES = 16 * 1024
OTHER_FILE_BYTES = 64 * 1024

# Levels of mappings and lists in a file's fields; of quotes, lists and emphasis in a body.
NESTING = 8
IMAGES = 50
TAGS = 50
EARLIER_ADDRESSES = 20
CORRECTIONS = 200

IMAGE_BYTES = 20 * 1024 * 1024
IMAGE_PIXELS = 50_000_000

# Far more than anybody mends in one go, and still small enough for a row of the index.
PROBLEMS_TOLD = 60
VALUE_SHOWN = 60
