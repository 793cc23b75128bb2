"""The use cases, one file a verb; each reads like the flow."""
