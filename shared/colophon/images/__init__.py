"""Images: any phone's photo in, a clean copy of it out."""
