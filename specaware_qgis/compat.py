"""What differs between QGIS 3.22 and newer ones, in one place."""

from __future__ import annotations

from qgis.core import QgsMapLayerProxyModel, QgsProcessing, QgsProcessingParameterDefinition

RASTER_LAYERS = QgsMapLayerProxyModel.Filter.RasterLayer
LABEL_LAYERS = QgsMapLayerProxyModel.Filter.PolygonLayer | QgsMapLayerProxyModel.Filter.PointLayer

# QGIS 3.36 moved these enums to Qgis; the old scoped names stay valid there.
VECTOR_POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
VECTOR_POINT = QgsProcessing.SourceType.TypeVectorPoint
ADVANCED = QgsProcessingParameterDefinition.Flag.FlagAdvanced
