"""Page Scenes."""
