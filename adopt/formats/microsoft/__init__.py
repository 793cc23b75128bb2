"""Readers of Microsoft Advertising exports."""
