"""Readers and writers of Taobao and Tmall files."""
