"""Counts → posterior rates, order values, competitor landscapes."""
