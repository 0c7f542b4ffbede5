#!/usr/bin/env bash
# A land cover map of the sample scene (or of SCENE and LABELS), made by QGIS without a screen.
set -euo pipefail
cd "$(dirname "$0")/.."
export QT_QPA_PLATFORM=offscreen PYTHONWARNINGS=ignore
exec /usr/bin/python3 .ci/demo.py
