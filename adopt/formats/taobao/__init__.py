"""Readers of Taobao and Tmall exports."""
