"""Readers of Pinduoduo exports."""
