"""The site of an inbox folder on a local port, built again at each change."""
