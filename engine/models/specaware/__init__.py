"""SpecAware (arXiv 2510.27219): one encoder for any sensor, weights generated from metadata and content."""

from .autoencoder import AutoencoderOutput, SpecAwareAutoencoder
from .config import PRESETS, SpecAwareConfig
from .encoder import EncoderOutput, SpecAwareEncoder
from .generators import BandFactors
from .spectral_input import SpectralInput

__all__ = ["PRESETS", "AutoencoderOutput", "BandFactors", "EncoderOutput", "SpecAwareAutoencoder", "SpecAwareConfig",
           "SpecAwareEncoder", "SpectralInput"]
