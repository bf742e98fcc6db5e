"""The live site compared with a build of the inbox, and repaired."""
