"""Listings: pages, feeds, sitemaps and search shards about many posts."""
