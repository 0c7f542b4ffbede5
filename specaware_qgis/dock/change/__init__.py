"""Page Change."""
