"""Page Classify."""
