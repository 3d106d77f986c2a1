"""Rules on deployment and management."""
