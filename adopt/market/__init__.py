"""The auction: expected outcome of a bid, response curves."""
