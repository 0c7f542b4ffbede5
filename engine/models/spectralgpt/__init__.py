"""SpectralGPT (Hong et al., TPAMI 2024, arXiv 2311.07113): a masked autoencoder over 12-band Sentinel-2 images."""

from .autoencoder import AutoencoderOutput, LossOptions, SpectralGptAutoencoder
from .classifier import SpectralGptClassifier
from .config import PRESETS, DenseConfig, SpectralGptConfig
from .dense import SpectralGptChange, SpectralGptSegmentation
from .encoder import SpectralGptEncoder

__all__ = ["PRESETS", "AutoencoderOutput", "DenseConfig", "LossOptions", "SpectralGptAutoencoder", "SpectralGptChange",
           "SpectralGptClassifier", "SpectralGptConfig", "SpectralGptEncoder", "SpectralGptSegmentation"]
