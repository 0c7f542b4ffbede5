"""Two dates: shift, radiometry, score and threshold of change."""
