"""Platform report → tables; bid changes → bulk upload and rollback files."""
