"""Reviewing what a block of all API traffic closed, and reopening it."""
