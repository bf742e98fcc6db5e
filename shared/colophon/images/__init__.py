"""Images: from the bytes of an upload to a clean copy in several sizes."""
