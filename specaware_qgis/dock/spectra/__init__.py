"""Page Spectra."""
