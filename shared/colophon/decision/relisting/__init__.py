"""What must stand at the listings' addresses: decided from entries and summaries, never from uploads."""
