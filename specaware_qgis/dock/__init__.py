"""The dock: choose a scene and labels, press one button, read the result."""
