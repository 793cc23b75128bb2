"""Readers of tables in adopt's own column names."""
