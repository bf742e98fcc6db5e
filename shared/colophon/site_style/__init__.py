"""``site.css``, the deployer's own style sheet: parsed, and checked for what it must not do."""
