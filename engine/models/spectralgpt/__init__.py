"""SpectralGPT (Hong et al., TPAMI 2024, arXiv 2311.07113): a masked autoencoder over 12-band Sentinel-2 images."""

from .autoencoder import AutoencoderOutput, LossOptions, SpectralGptAutoencoder
from .classifier import SpectralGptClassifier
from .config import PRESETS, DenseConfig, SpectralGptConfig
from .dense import SpectralGptChange, SpectralGptSegmentation
from .encoder import SpectralGptEncoder
from .loading import LoadReport, infer_config, load_checkpoint, unwrap

__all__ = ["PRESETS", "AutoencoderOutput", "DenseConfig", "LoadReport", "LossOptions", "SpectralGptAutoencoder",
           "SpectralGptChange", "SpectralGptClassifier", "SpectralGptConfig", "SpectralGptEncoder",
           "SpectralGptSegmentation", "infer_config", "load_checkpoint", "unwrap"]
