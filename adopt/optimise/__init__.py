"""Choose bids under budgets, ROI, guardrails; certificate; frontier; shadow prices."""
