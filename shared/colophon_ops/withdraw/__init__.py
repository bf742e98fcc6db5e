"""Taking something down everywhere, showing it again, and the proof of either."""
