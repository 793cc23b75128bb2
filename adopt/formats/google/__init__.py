"""Readers of Google Ads exports."""
