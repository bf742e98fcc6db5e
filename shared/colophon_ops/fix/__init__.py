"""``check --fix``: what a program can correct in an inbox without knowing what the texts mean."""
