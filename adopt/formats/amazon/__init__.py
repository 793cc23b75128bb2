"""Readers and writers of Amazon Ads exports."""
