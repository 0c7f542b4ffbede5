"""Labels: reading, spatial splits, accuracy."""
