"""From a cube and weights to features of every pixel."""
