"""A deployer's own style sheet, ``site.css``: read, and checked for what a look must not do."""
