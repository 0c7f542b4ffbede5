"""The zip of the plugin: what is in it, and that it works where there is no checkout."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QGIS_PROCESS = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
SECONDS = 200
# Each blocks an upload to the plugin site, or has no place in one.
FORBIDDEN = re.compile(r"(^|/)(__pycache__|__MACOSX|\.git|\.venv[^/]*|tests?|build)(/|$)"
                       r"|\.(pyc|exe|dll|so|dylib|bat|sh|ps1|cmd|pkl|pth|pt)$|\\|\.\.")


def build(folder: Path, checkout: Path = ROOT) -> Path:
    """The zip, built the way `make package` does."""
    done = subprocess.run([sys.executable, str(checkout / ".ci/package.py"), str(folder)], capture_output=True,
                          text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.zip")
    return path


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return build(tmp_path_factory.mktemp("package"))


def test_the_zip_is_what_the_plugin_site_accepts(package):
    assert package.stat().st_size <= 25 * 1024**2
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
        links = [e.filename for e in archive.infolist() if e.external_attr >> 28 == 0o12]
    assert {name.split("/")[0] for name in names} == {"specaware_qgis"}
    assert not [name for name in names if FORBIDDEN.search(name)]
    assert links == []
    for needed in ("__init__.py", "metadata.txt", "LICENSE", "SECURITY.md", "engine/__main__.py",
                   "engine/requirements.txt", "resources/sensors.json", "resources/sample/scene.tif"):
        assert f"specaware_qgis/{needed}" in names
    assert [name for name in names if name.endswith(".safetensors")], "no weights"


def test_the_zip_holds_every_module_once(package):
    with zipfile.ZipFile(package) as archive:
        packed = sorted(name for name in archive.namelist() if name.endswith(".py"))
    modules = [f"specaware_qgis/{p.relative_to(ROOT / 'specaware_qgis').as_posix()}"
               for p in (ROOT / "specaware_qgis").rglob("*.py")]
    modules += [f"specaware_qgis/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "engine").rglob("*.py")]
    assert packed == sorted(modules)


@pytest.fixture
def checkout(tmp_path):
    """A checkout with no more than the package needs."""
    folder = tmp_path / "checkout"
    for name in ("metadata.txt", "LICENSE", "CHANGELOG.md", "SECURITY.md", ".ci/package.py", "engine/__init__.py",
                 "resources/sensors.json", "specaware_qgis/__init__.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_the_same_checkout_gives_the_same_bytes(checkout, tmp_path):
    first = build(tmp_path / "one", checkout).read_bytes()
    os.utime(checkout / "LICENSE", (0, 0))
    (checkout / "LICENSE").chmod(0o600)
    assert build(tmp_path / "two", checkout).read_bytes() == first


def test_what_running_leaves_behind_is_not_packed(checkout, tmp_path):
    for left in ("engine/__pycache__/a.cpython-311.pyc", "resources/scene.tif.aux.xml", "resources/w.safetensors.part"):
        (checkout / left).parent.mkdir(exist_ok=True)
        (checkout / left).write_text("x")
    with zipfile.ZipFile(build(tmp_path, checkout)) as archive:
        assert len(archive.namelist()) == 7


@pytest.mark.parametrize("name", ["engine/helper.so", "resources/run.sh", "specaware_qgis/model.pkl"])
def test_a_file_that_does_not_belong_stops_the_build(checkout, tmp_path, name):
    (checkout / name).write_bytes(b"x")
    refused(checkout, tmp_path, f"{name} does not belong into a package.")


def test_a_link_stops_the_build(checkout, tmp_path):
    (checkout / "resources" / "a.txt").symlink_to(ROOT / "LICENSE")
    refused(checkout, tmp_path, "resources/a.txt does not belong into a package.")


def test_too_large_a_package_stops_the_build(checkout, tmp_path):
    (checkout / "resources" / "w.safetensors").write_bytes(random.Random(0).randbytes(26 * 1024**2))
    refused(checkout, tmp_path, "The package has 26.0 MB; 25 MB are allowed.")


def refused(checkout: Path, out: Path, message: str) -> None:
    done = subprocess.run([sys.executable, str(checkout / ".ci/package.py"), str(out)], capture_output=True, text=True,
                          timeout=SECONDS)
    assert (done.returncode, done.stderr.strip()) == (1, message)
    assert list(out.glob("*.zip*")) == []


class Installed:
    """The zip in the plugin folder of a fresh profile, with an engine's Python where a user's would be."""

    def __init__(self, package: Path, home: Path) -> None:
        self.home, plugins = home, home / "profiles" / "default" / "python" / "plugins"
        plugins.mkdir(parents=True)
        with zipfile.ZipFile(package) as archive:
            archive.extractall(plugins)
        self.plugin = plugins / "specaware_qgis"
        self.venv = home / "data" / "specaware" / "venv-engine"
        self.venv.parent.mkdir(parents=True)
        self.venv.symlink_to(ROOT / ".venv-engine")
        runtime = home / "runtime"
        runtime.mkdir(mode=0o700)
        hidden = ("PYTHONPATH", "QGIS_PLUGINPATH", "VIRTUAL_ENV")
        self.env = {k: v for k, v in os.environ.items() if k not in hidden} | {
            "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_RUNTIME_DIR": str(runtime),
            "QGIS_CUSTOM_CONFIG_PATH": str(home), "QT_QPA_PLATFORM": "offscreen", "OMP_NUM_THREADS": "1"}

    def qgis(self, *args: str) -> str:
        """Run ``qgis_process`` from a folder with nothing in it."""
        done = subprocess.run([QGIS_PROCESS, *args], env=self.env, cwd=self.home / "runtime", capture_output=True,
                              text=True, timeout=SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def engine(self, *args: str) -> str:
        """Run the package's engine."""
        done = subprocess.run([str(self.venv / "bin" / "python"), "-m", "engine", *args],
                              env=self.env | {"PYTHONDONTWRITEBYTECODE": "1"}, cwd=self.plugin, capture_output=True,
                              text=True, timeout=SECONDS)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.mark.skipif(QGIS_PROCESS is None, reason="qgis_process is not installed")
@pytest.mark.skipif(not (ROOT / ".venv-engine").exists(), reason=".venv-engine does not exist")
def test_the_demo_runs_from_the_zip_in_a_fresh_profile(package, tmp_path):
    installed = Installed(package, tmp_path)
    # Only the copy in the profile knows this version: a map that names it was not made by the checkout.
    init = installed.plugin / "engine" / "__init__.py"
    before = init.read_text(encoding="utf-8")
    init.write_text(re.sub(r'__version__ = "[^"]+"', '__version__ = "99.0.0"', before), encoding="utf-8")
    files_before = {p for p in installed.plugin.rglob("*") if "__pycache__" not in p.parts}

    doctor = json.loads(installed.engine("doctor", "--json"))
    assert (doctor["engine"], doctor["problems"]) == ("99.0.0", [])
    assert Path(doctor["weights"]).is_relative_to(installed.plugin)
    sample, out = installed.plugin / "resources" / "sample", tmp_path / "out"
    out.mkdir()
    installed.qgis("plugins", "enable", "specaware_qgis")
    installed.qgis("run", "specaware:classify", "--", f"INPUT={sample / 'scene.tif'}",
                   f"LABELS={sample / 'labels.gpkg'}", "CLASS_FIELD=class", f"OUTPUT={out / 'map.tif'}",
                   f"REPORT={out / 'report.json'}")
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert "99.0.0" in json.dumps(report)
    assert report["validation"]["specaware"]["macro_f1"] > 0.5
    assert (out / "map.tif").stat().st_size > 1000
    assert {p for p in installed.plugin.rglob("*") if "__pycache__" not in p.parts} - files_before <= {
        sample / "scene.tif.aux.xml"}, "the plugin's folder is not for writing"
