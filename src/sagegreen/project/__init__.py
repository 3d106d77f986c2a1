"""What only several files together show: evidence that a practice is followed elsewhere in the project."""
