"""Simulated markets, studies and benchmarks; uses adopt as a user would."""
