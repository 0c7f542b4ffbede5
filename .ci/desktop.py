"""Starts the real QGIS with the plugin of this checkout, in a profile of its own.

python3 .ci/desktop.py run            on your screen, with the sample scene
python3 .ci/desktop.py screenshots    on an invisible one: walks the tutorial and takes its pictures
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stage_plugin import ROOT, stage

TUTORIAL = ROOT / "tests" / "e2e" / "tutorial_script.py"
REAL = ROOT.parent / "shared" / "data" / "enmap_potsdam"
SCREEN = "1400x900x24"
# These would make QGIS start without a screen, or with another Python's packages.
NOT_FOR_QGIS = ("QT_QPA_PLATFORM", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def run_qgis(home: Path, script: Path, more: Mapping[str, str], timeout_s: float | None = None) -> int:
    """Run QGIS until it is closed.

    Args:
        home: folder for its profile; made if it is not there.
        script: Python file that QGIS runs when it is ready.
        more: added to the environment.
        timeout_s: end it after that.
    """
    ini = home / "profiles/default/QGIS/QGIS3.ini"
    if not ini.exists():
        ini.parent.mkdir(parents=True)
        # The news feed of QGIS itself would ask the network.
        ini.write_text("[PythonPlugins]\nspecaware_qgis=true\n[core]\nNewsFeed\\httpsfeedqgisorg\\disabled=true\n")
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    env = {key: value for key, value in os.environ.items() if key not in NOT_FOR_QGIS}
    # QGIS takes the first python3 on the path for its own.
    env |= {"PATH": f"/usr/bin:{os.environ['PATH']}", "QGIS_PLUGINPATH": str(stage()), "XDG_RUNTIME_DIR": str(runtime),
            "PYTHONWARNINGS": "ignore", **more}
    done = subprocess.run(["qgis.bin", "--noversioncheck", "--nologo", "--profiles-path", str(home), "--code",
                           str(script)], env=env, timeout=timeout_s, stderr=subprocess.DEVNULL)
    return done.returncode


@contextmanager
def invisible_screen() -> Iterator[str]:
    """Name of an X display that nobody else uses."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def walk_tutorial(out: Path, display: str, timeout_s: float = 500) -> tuple[int, str]:
    """Walk the tutorial on a display; returns QGIS' exit status and what the walk wrote. Old pictures are deleted."""
    out.mkdir(parents=True, exist_ok=True)
    log = out / "tutorial.log"
    for old in (log, *out.glob("*.png")):
        old.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as home:
        more = {"DISPLAY": display, "HOME": home, "LIBGL_ALWAYS_SOFTWARE": "1", "LC_ALL": "C.UTF-8",
                "SPECAWARE_WALK_OUT": str(out),
                "SPECAWARE_WALK_REAL": str(REAL) if REAL.is_dir() else ""}
        status = run_qgis(Path(home), TUTORIAL, more, timeout_s)
    text = log.read_text(encoding="utf-8") if log.exists() else "no log"
    log.unlink(missing_ok=True)
    return status, text


def main(arguments: list[str]) -> int:
    """Do what the first argument says."""
    if arguments == ["run"]:
        return run_qgis(ROOT / "build" / "profile", ROOT / ".ci" / "open_sample.py", {})
    if arguments == ["screenshots"]:
        made = ROOT / "build" / "tutorial"
        with invisible_screen() as display:
            status, text = walk_tutorial(made, display)
        if status == 0:
            for picture in made.glob("tutorial_*.png"):
                shutil.copy(picture, ROOT / "docs" / "images")
        print(text)
        return status
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
