from tests.scenes import scene
from tests.sentinel2 import sentinel2

__all__ = ["scene", "sentinel2"]
