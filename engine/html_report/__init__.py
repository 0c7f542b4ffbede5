"""Reports as one self-contained HTML file: no script, no font and no image from elsewhere."""
