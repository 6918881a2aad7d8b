"""Bulk API 2.0: jobs that take a file of records in, or answer a query with one."""
