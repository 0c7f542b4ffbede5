#!/usr/bin/env bash
# The plugin's tests on newer QGIS: Debian trixie (QGIS 3.40) and sid (3.44) in chroots under build/matrix, made when missing.
# Needs root, debootstrap and about 2 GB a suite. ENGINE_PYTHON names a self-contained Python 3.11 environment for the engine
# (not one of Debian's /usr/bin/python3.11, which those suites lack); without it the tests that need the engine are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/build/matrix
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null \
  | awk '/^URIs:/ {print $2; exit} /^deb / {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' || true)
mkdir -p "$work"
# Pure Python, so that one copy serves every version of Python.
[ -d "$work/site" ] || .venv/bin/python -m pip install -q --no-deps --target "$work/site" \
  pytest==9.2.0 pytest-qgis==5.0.2 pytest-qt==4.5.0 pytest-timeout==2.4.0 pluggy iniconfig packaging pygments typing_extensions
failed=0
for suite in "${@:-trixie}"; do
  box=$work/$suite
  if [ ! -e "$box/.ready" ]; then
    rm -rf --one-file-system "$box"
    debootstrap --variant=minbase "$suite" "$box" "$mirror" >"$work/$suite.log"
    cp /etc/resolv.conf "$box/etc/"
    chroot "$box" apt-get update -qq
    chroot "$box" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      qgis python3-qgis python3-pyqtgraph xvfb xauth >>"$work/$suite.log" 2>&1
    chroot "$box" apt-get clean
    touch "$box/.ready"
  fi
  # A copy, not a mount: nothing in the chroot can reach the checkout.
  rm -rf "$box/checkout"
  mkdir -p "$box/checkout"
  tar -c --exclude=build --exclude='.venv*' --exclude=.git . | tar -x -C "$box/checkout"
  cp -r "$work/site" "$box/checkout/.site"
  if [ -n "${ENGINE_PYTHON:-}" ]; then
    mkdir -p "$box$(dirname "$(dirname "$ENGINE_PYTHON")")"
    mount --bind -o ro "$(dirname "$(dirname "$ENGINE_PYTHON")")" "$box$(dirname "$(dirname "$ENGINE_PYTHON")")"
    trap 'umount "$box$(dirname "$(dirname "$ENGINE_PYTHON")")"' EXIT
    ln -s "$(dirname "$(dirname "$ENGINE_PYTHON")")" "$box/checkout/.venv-engine"
  fi
  echo "== $suite: $(chroot "$box" python3 -c 'from qgis.core import Qgis; print("QGIS", Qgis.QGIS_VERSION)' 2>/dev/null)"
  chroot "$box" env -C /checkout QT_QPA_PLATFORM=offscreen PYQTGRAPH_QT_LIB=PyQt5 PYTEST_QT_API=pyqt5 OMP_NUM_THREADS=1 \
    PYTHONPATH=/checkout/.site XDG_RUNTIME_DIR=/tmp HOME=/tmp python3 -m pytest tests/plugin || failed=1
done
exit $failed
