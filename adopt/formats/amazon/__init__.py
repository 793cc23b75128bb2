"""Readers of Amazon Ads exports."""
