"""Readers and writers of Microsoft Advertising exports."""
