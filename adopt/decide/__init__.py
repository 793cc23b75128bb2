"""Products to promote, holds, reasons in words (zh, en)."""
