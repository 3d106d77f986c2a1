"""Rules about the preparation of data."""
