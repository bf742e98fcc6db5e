"""What ``colophon new`` writes: files that say what is still to be filled in, to a person and to ``colophon check``."""

_SOURCE = """\
# Where the original was published. The channel is one that the clinic's record lists, by its key.
source:
  channel:
  url:
  posted:             # the date printed there, as 2026-05-31
  title:              # the original's own title, in Korean
"""

_MORE = """\
# May stay away:
#excerpt: One or two sentences for listings. Left out, the beginning of the text is taken.
#images:
#  photo.jpg: {alt: What it shows., credit: Who made it., kind: photo}   # or illustration, procedure
#tags: [word, another word]
#publish_at: "2026-06-01T09:00:00+09:00"
---
"""

ORIGINAL = (
    """\
---
# The original, as the clinic published it. What has nothing behind its colon must be filled in.
# The text goes below the second line of dashes: Markdown, images as ![what it shows](photo.jpg).
title:
"""
    + _SOURCE
    + _MORE
)

TRANSLATION = (
    """\
---
# The translation. What has nothing behind its colon must be filled in.
# The text goes below the second line of dashes. Keep every line that begins with ※: it is a warning of the source.
title:
"""
    + _SOURCE
    + """\
translation:
  at:                 # when it was translated, with the UTC offset: "2026-05-31T18:30:00+09:00"
  system:             # the name and version of what translated it
  review: none        # or, only if a person checked it: {by: Who, at: 2026-06-01, scope: What was checked}
"""
    + _MORE
)

CLINIC = """\
# Who the clinic is. What has nothing behind its colon must be filled in.
names:                # as registered; never coined by a translator
  ko:
  en:                 # remove this line if there is no registered English name
status: active        # or suspended
permission:           # to publish translations; without it everything waits
  reference:          # where it is on file
  granted:            # the date, as 2026-05-31
channels:             # where the clinic itself publishes; a post's source.channel is one of these keys
  blog:
    kind: naver-blog  # or website, youtube, instagram, kakao, other
    url:
    name:
"""

SITE = """\
# The site as a whole. What has nothing behind its colon must be filled in.
url:                  # its public address, as https://posts.example.com
name:
  en:
languages: [ko, en]
original_language: ko
time_zone: Asia/Seoul
contact:              # for corrections: mailto:name@example.com, or an https:// address
"""
