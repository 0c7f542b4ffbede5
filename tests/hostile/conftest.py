from tests.scenes import scene

__all__ = ["scene"]
