"""What would be installed, with which Python, for which device, and by which commands. Standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import EngineError
from ..marking import say
from .environment import child_environment, python_of
from .process import Command

OLDEST, NEWEST = (3, 11), (3, 14)
ASK_TIMEOUT_S = 20.0
QUESTION = ("import sys, json, struct, importlib.util as u; print(json.dumps([list(sys.version_info[:3]), "
            "struct.calcsize('P') * 8, all(u.find_spec(n) for n in ('venv', 'ensurepip')), sys.executable]))")
BUILDS_OF_TORCH = "https://download.pytorch.org/whl/"


@dataclass(frozen=True)
class Build:
    """A build of PyTorch.

    Attributes:
        key: name on the index of builds.
        title: for people.
        download_mb, disk_mb: of the whole environment, roughly; of the processor's build measured on Linux.
        cuda: oldest CUDA version of the driver, None for the processor.
    """

    key: str
    title: str
    download_mb: int
    disk_mb: int
    cuda: tuple[int, int] | None = None


CPU = Build("cpu", "CPU", 350, 1600)
CUDA_BUILDS = (Build("cu130", "CUDA 13.0", 2800, 6500, (13, 0)), Build("cu126", "CUDA 12.6", 3000, 7000, (12, 0)))
BUILDS = (CPU, *CUDA_BUILDS)


@dataclass(frozen=True)
class Gpu:
    """A graphics card as its driver describes it: name, and the newest CUDA version the driver serves."""

    name: str
    cuda: tuple[int, int]

    def build(self) -> Build:
        """The newest build it can run; the processor's if none."""
        return next((b for b in CUDA_BUILDS if b.cuda is not None and b.cuda <= self.cuda), CPU)


@dataclass(frozen=True)
class InstallPlan:
    """How to make the engine's environment.

    Attributes:
        target: folder of our own; the environment lies in it.
        requirements: list of packages.
        base: Python to make it from; None lets uv bring one.
        uv: the program uv, None to use venv and pip.
        build: of PyTorch; None takes what the package index gives.
        wheels: folder of packages; the network is not used then.
        extra_env: variables for the commands, such as a proxy.
    """

    target: Path
    requirements: Path
    base: Path | None
    uv: Path | None = None
    build: Build | None = CPU
    wheels: Path | None = None
    extra_env: Mapping[str, str] = field(default_factory=dict)

    @property
    def venv(self) -> Path:
        """The environment; may be deleted and made anew."""
        return self.target / "venv"

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return python_of(self.venv)

    def fingerprint(self) -> str:
        """Tells lists of packages apart."""
        return hashlib.sha256(self.requirements.read_bytes()).hexdigest()

    def create(self) -> Command:
        """Make an empty environment."""
        if self.uv is not None:
            wanted = str(self.base) if self.base is not None else "3.12"
            return self._command(str(self.uv), "venv", "--clear", "--python", wanted, str(self.venv))
        return self._command(str(self.base), "-m", "venv", "--clear", str(self.venv))

    def fill(self) -> Command:
        """Install the packages; what is there already is kept, so that it goes on where it was stopped."""
        if self.uv is not None:
            start = [str(self.uv), "pip", "install", "--python", str(self.python)]
        else:
            start = [str(self.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        if self.wheels is not None:
            start += ["--no-index", "--find-links", str(self.wheels)]
        elif self.build is not None and not (self.build is CPU and sys.platform == "darwin"):
            start += ["--extra-index-url", BUILDS_OF_TORCH + self.build.key]
            # As pip does: the best version of all indexes, since each holds some of the packages.
            start += ["--index-strategy", "unsafe-best-match"] if self.uv is not None else []
        return self._command(*start, "-r", str(self.requirements))

    def _command(self, *args: str) -> Command:
        env = child_environment(os.environ) | dict(self.extra_env)
        env |= {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "PYTHONUNBUFFERED": "1"}
        return Command(args, env, str(self.requirements.parent))


def check_base(python: Path) -> Path:
    """A Python that an environment can be made from: the program itself where ``python`` only points to it.

    Raises:
        EngineError: it cannot be run, is too old or too new, has 32 bits or lacks venv; the message says which.
    """
    if ".app/" in python.as_posix() and "QGIS" in python.as_posix():
        raise EngineError(say("{} belongs to QGIS; environments made from it do not start.").format(python),
                          say("Install Python from python.org, or uv."))
    try:
        done = subprocess.run(  # nosec B603  # a list without a shell; the Python the user chose
            [str(python), "-c", QUESTION], env=child_environment(os.environ), capture_output=True,
            timeout=ASK_TIMEOUT_S, check=True)
        version, bits, has_venv, program = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise EngineError(say("{} is not a Python that can be run: {}.").format(python, error),
                          say("Choose another.")) from error
    known = tuple(version)
    if not OLDEST <= known[:2] <= NEWEST:
        raise EngineError(say("{} is Python {}; the engine needs {} to {}.").format(
            python, *(".".join(map(str, version)) for version in (known, OLDEST, NEWEST))), say("Choose another."))
    if bits != 64:
        raise EngineError(say("{} has {} bits; the engine needs 64.").format(python, bits), say("Choose another."))
    if not has_venv:
        raise EngineError(say("{} lacks the modules venv and ensurepip.").format(python),
                          say("Install them (on Debian and Ubuntu: python3-venv), or choose another."))
    return Path(program) if program else python


def find_base() -> Path | None:
    """A Python that an environment can be made from; never the program that runs QGIS."""
    names = [f"python3.{minor}" for minor in (12, 13, 11, 14)] + ["python3", "python"]
    found = [Path(p) for p in (shutil.which(name) for name in names) if p]
    found += [Path("/usr/bin/python3")] if os.name != "nt" else _windows_pythons()
    for python in dict.fromkeys(found):
        with contextlib.suppress(EngineError):
            return check_base(python)
    return None


def find_uv() -> Path | None:
    """The program uv, on the path or where its installer puts it."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    home = Path.home()
    name = "uv.exe" if os.name == "nt" else "uv"
    return next((p for p in (home / ".local" / "bin" / name, home / ".cargo" / "bin" / name) if p.is_file()), None)


def find_gpu() -> Gpu | None:
    """An NVIDIA graphics card whose driver answers."""
    program = shutil.which("nvidia-smi")
    if program is None or platform.system() == "Darwin":
        return None
    try:
        text = subprocess.run(  # nosec B603  # a list without a shell; NVIDIA's own tool
            [program], capture_output=True, text=True, timeout=ASK_TIMEOUT_S, check=True).stdout
        names = subprocess.run(  # nosec B603  # a list without a shell; NVIDIA's own tool
            [program, "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True,
            timeout=ASK_TIMEOUT_S, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"CUDA Version:\s*(\d+)\.(\d+)", text)
    name = names.strip().splitlines()
    return Gpu(name[0], (int(version[1]), int(version[2]))) if version and name else None


def _windows_pythons() -> list[Path]:
    """Where the installers of Python put it; the newest that fits is tried first."""
    local = Path(os.environ.get("LOCALAPPDATA", ""), "Programs", "Python")
    return [root / f"Python3{minor}" / "python.exe" for minor in (12, 13, 11, 14)
            for root in (local, Path(os.environ.get("PROGRAMFILES", "")))]
