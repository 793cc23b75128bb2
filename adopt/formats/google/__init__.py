"""Readers and writers of Google Ads files."""
