"""Page Bands."""
