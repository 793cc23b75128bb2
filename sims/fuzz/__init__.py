"""Hostile input for the file door, and what printed cells really say."""
