"""Page Data."""
