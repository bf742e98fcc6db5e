"""Every limit of an upload, in one place. Sizes are bytes as S3 counts them, a kB being 1024 of them."""

MAX_EDITION_BYTES = 256 * 1024
MAX_FRONT_MATTER_BYTES = 16 * 1024
MAX_OTHER_FILE_BYTES = 64 * 1024

# Levels of mappings and lists in a file's fields; of quotes, lists and emphasis in a body.
MAX_NESTING = 8
MAX_IMAGES = 50
MAX_TAGS = 50
MAX_EARLIER_ADDRESSES = 20
MAX_CORRECTIONS = 200

MAX_IMAGE_BYTES = 20 * 1024 * 1024
MAX_IMAGE_PIXELS = 50_000_000

# Far more than anybody mends in one go, and still small enough for a row of the index.
MAX_PROBLEMS = 60
MAX_VALUE_CHARACTERS = 60
