"""Readers of JD exports."""
