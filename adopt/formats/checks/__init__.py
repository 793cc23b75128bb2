"""What can be wrong with a shop's files: coded checks that collect findings where a reader would stop."""
