"""Page Labels."""
