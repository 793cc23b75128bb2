"""Benchmarks: the same instance in one process, or the same command many times; ratios, not bars."""
