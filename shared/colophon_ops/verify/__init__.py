"""Compare the live site with a build of the inbox, and repair it."""
