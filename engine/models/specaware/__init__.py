"""SpecAware (arXiv 2510.27219)."""
