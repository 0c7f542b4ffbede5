"""Reading a vector parameter as a file of labels for the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingUtils,
    QgsProperty,
    QgsVectorLayer,
)

from ..params import Labels
from ..sources import label_file


def chosen_labels(algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, field: str,
                  context: QgsProcessingContext, folder: Path) -> Labels | None:
    """The labels chosen for the parameter ``name``, None if there are none.

    Args:
        algorithm: whose parameters they are.
        parameters: as given to the algorithm.
        name: of the feature source.
        field: name of the parameter with the class field, empty to hand on all fields.
        context: of the run.
        folder: where layers that are not files are copied to.

    Raises:
        EngineError: see `label_file`.
    """
    vector = parameters.get(name)
    if not vector:
        return None
    selected_only, expression = False, ""
    if isinstance(vector, QgsProcessingFeatureSourceDefinition):
        selected_only, expression = vector.selectedFeaturesOnly, getattr(vector, "filterExpression", "")
        vector = vector.source
    if isinstance(vector, QgsProperty):
        vector = vector.valueAsString(context.expressionContext())[0]
    layer = vector if isinstance(vector, QgsVectorLayer) else \
        QgsProcessingUtils.mapLayerFromString(str(vector), context)
    fields = algorithm.parameterAsFields(parameters, field, context) if field else []
    return label_file(layer if isinstance(layer, QgsVectorLayer) else None, fields[0] if fields else "", folder,
                      selected_only=selected_only, filter_expression=expression)


def with_layer(labels: Labels) -> str:
    """Path and layer in one text, as QGIS and the engine write them."""
    return f"{labels.path}|layername={labels.layer}" if labels.layer else labels.path
