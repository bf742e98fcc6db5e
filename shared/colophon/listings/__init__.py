"""Listings: pages about many posts. Their entries are written with the posts they speak of."""
