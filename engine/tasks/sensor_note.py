"""What the encoder makes of a sensor, said before it is used."""

from __future__ import annotations

from ..reporting import Reporter
from ..spectral.bands import SensorMeta
from ..spectral.sensors import model_key


def tell_sensor(meta: SensorMeta, log: Reporter) -> None:
    """Log sensor, level and GSD (m). The model knows few sensors by name; for all others it goes by the bands alone."""
    other = model_key(meta.name) == "others"
    log.log("info", f"Sensor {meta.name}, level {meta.level}, {meta.gsd_m:g} m"
            + (": not one of the AVIRIS family, so described to the model by its bands alone." if other else "."))
