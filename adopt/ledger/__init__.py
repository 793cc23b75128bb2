"""Run folders: written whole or not at all, with a manifest."""
