"""Pages of posts, and the tombstones that replace them: from views to bytes."""
