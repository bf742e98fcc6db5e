"""What making pages anew costs at list price, from the calls that each takes."""

# AWS list prices of us-east-1, in dollars for one: aws.amazon.com/s3/pricing, /dynamodb/pricing/on-demand,
# /sqs/pricing, /lambda/pricing (Arm, a gigabyte for a second).
PUT, GET, READ, WRITE, MESSAGE, CALL, SECOND = 5e-6, 4e-7, 1.25e-7, 6.25e-7, 4e-7, 2e-7, 1.333e-5

# A listing of the folder's versions; the rows of post, clinic and site read twice in a transaction; sent, received and
# deleted ten at a time.
_POST = PUT + 12 * READ + 0.3 * MESSAGE + 0.1 * CALL
# What stands asked for, the upload read, the page put, its two entries read, its row and its history written in a
# transaction.
_PAGE = 2 * GET + PUT + 2 * READ + 10 * WRITE + 0.1 * SECOND
# A message of its own; the folder listed, the rows read, five files asked for.
_IMAGE = 1.3 * MESSAGE + PUT + 6 * READ + 5 * GET + CALL + 0.2 * SECOND


def list_price(posts: int, pages: int, images: int) -> float:
    """About what it costs, in dollars, to look at so many and to put every page again; of listings there are few."""
    return posts * _POST + pages * _PAGE + images * _IMAGE
