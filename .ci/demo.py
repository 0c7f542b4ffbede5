"""Enables the plugin in a fresh profile, runs its algorithm through qgis_process, and renders what came out.

Environment: SCENE and LABELS (a vector layer, or a raster on the scene's grid) instead of the sample's, CLASS_FIELD the
attribute with the class.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from osgeo import ogr
from render_map import Picture, render
from stage_plugin import ROOT, stage

OUT = ROOT / "build" / "demo"
SAMPLE = ROOT / "resources" / "sample"
TIMEOUT_S = 900


def main() -> int:
    """Run the demo; 0 if a map was made."""
    started = time.monotonic()
    scene = os.environ.get("SCENE") or str(SAMPLE / "scene.tif")
    labels = os.environ.get("LABELS") or str(SAMPLE / "labels.gpkg")
    field = os.environ.get("CLASS_FIELD") or ("" if os.environ.get("LABELS") else "class")
    for path in (scene, labels):
        if not Path(path).exists():
            print(f"{path} does not exist.", file=sys.stderr)
            return 2
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        runtime = Path(folder, "runtime")
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        qgis = Qgis(Path(folder, "profile"))
        if not qgis.enable() or not qgis.classify(scene, labels, field):
            return 1
        inspected = qgis.inspect(scene)
        report = json.loads((OUT / "report.json").read_text(encoding="utf-8"))
        render(Picture(Path(scene), OUT / "map.tif", OUT / "map.png"), inspected, report)
    print_summary(report, time.monotonic() - started)
    return 0


class Qgis:
    """``qgis_process`` with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        self._env = os.environ | {"QGIS_CUSTOM_CONFIG_PATH": str(profile), "QGIS_PLUGINPATH": str(stage())}
        # Debian's qgis_process is a wrapper that passes an option the program does not know.
        self._program = shutil.which("qgis_process.bin") or shutil.which("qgis_process") or "qgis_process"

    def _run(self, *args: str) -> bool:
        done = subprocess.run([self._program, *args], env=self._env, timeout=TIMEOUT_S, capture_output=True, text=True)
        with (OUT / "qgis_process.log").open("a", encoding="utf-8") as log:
            log.write(f"$ qgis_process {' '.join(args)}\n{done.stdout}\n{done.stderr}\n")
        if done.returncode:
            print(done.stderr.strip() or done.stdout.strip(), file=sys.stderr)
        return done.returncode == 0

    def enable(self) -> bool:
        """Enable the plugin."""
        return self._run("plugins", "enable", "specaware_qgis")

    def classify(self, scene: str, labels: str, field: str) -> bool:
        """Make map, confidence and report."""
        print(f"Classifying {scene} with qgis_process ...", flush=True)
        drawn = ogr.Open(labels) is not None
        return self._run("run", "specaware:classify", "--", f"INPUT={scene}",
                         f"{'LABELS' if drawn else 'LABELS_RASTER'}={labels}",
                         *([f"CLASS_FIELD={field}"] if field else []), f"OUTPUT={OUT / 'map.tif'}",
                         f"CONFIDENCE={OUT / 'confidence.tif'}", f"REPORT={OUT / 'report.json'}") \
            and (OUT / "map.tif").exists()

    def inspect(self, scene: str) -> dict:
        """What the engine sees in the scene."""
        path = OUT / "inspect.json"
        ok = self._run("run", "specaware:inspect", "--", f"INPUT={scene}", f"OUTPUT_JSON={path}")
        return json.loads(path.read_text(encoding="utf-8")) if ok else {"bands": []}


def print_summary(report: dict, seconds: float) -> None:
    """Where everything is, and how good it is."""
    print(f"Map:        {OUT / 'map.tif'}\nConfidence: {OUT / 'confidence.tif'}\nReport:     {OUT / 'report.json'}\n"
          f"Picture:    {OUT / 'map.png'}")
    validation = report.get("validation") or {}
    ours, theirs = validation.get("specaware"), validation.get("random_forest")
    if ours and theirs:
        print("Accuracy, spatial cross-validation on the same folds:\n"
              f"  SpecAware      macro-F1 {ours['macro_f1']:.3f}   overall accuracy {ours['oa']:.3f}\n"
              f"  random forest  macro-F1 {theirs['macro_f1']:.3f}   overall accuracy {theirs['oa']:.3f}")
    else:
        print("Accuracy was not assessed: " + "; ".join(report.get("warnings", [])))
    print(f"{seconds:.0f} s in all, {report['seconds']['total']:.0f} s of them in the engine on {report['device']}.")


if __name__ == "__main__":
    sys.exit(main())
