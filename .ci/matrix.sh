#!/usr/bin/env bash
# The plugin's tests on newer QGIS: Debian trixie (QGIS 3.40) and sid (3.44) in chroots under build/matrix, made when missing.
# Needs root, debootstrap and about 2 GB a suite. ENGINE_PYTHON names the Python of a self-contained installation with the
# engine's packages in it, as pyenv makes them (not an environment on Debian's /usr/bin/python3.11, which those suites lack);
# without it the tests that need the engine are skipped. APT_OPTIONS goes to apt-get, as where a mirror's lists are out of date.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(realpath -m build/matrix)
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null \
  | awk '/^URIs:/ {print $2; exit} /^deb / {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}}' || true)
mkdir -p "$work"
# Pure Python, so that one copy serves every version of Python.
[ -d "$work/site" ] || .venv/bin/python -m pip install -q --no-deps --target "$work/site" \
  pytest==9.2.0 pytest-qgis==5.0.2 pytest-qt==4.5.0 pytest-timeout==2.4.0 pluggy iniconfig packaging pygments typing_extensions
failed=0
mounts() { awk -v work="$work/" 'index($2, work) == 1 {print $2}' /proc/mounts | sort -r; }
trap 'mounts | xargs -r umount' EXIT
for suite in "${@:-trixie}"; do
  box=$work/$suite
  if [ ! -e "$box/.ready" ]; then
    rm -rf --one-file-system "$box"
    debootstrap --variant=minbase "$suite" "$box" "$mirror" >"$work/$suite.log"
    cp /etc/resolv.conf "$box/etc/"
    chroot "$box" apt-get ${APT_OPTIONS:-} update -qq
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
    engine=$(dirname "$(dirname "$ENGINE_PYTHON")")
    mkdir -p "$box$engine"
    # torch asks /proc and /sys for the processor.
    mount --bind -o ro "$engine" "$box$engine"
    mount -t proc -o ro proc "$box/proc"
    mount -t sysfs -o ro sysfs "$box/sys"
    echo "$engine/lib" >"$box/etc/ld.so.conf.d/engine.conf"
    chroot "$box" ldconfig
    chroot "$box" "$ENGINE_PYTHON" -c "import torch, rasterio"
    mkdir -p "$box/checkout/.venv-engine/bin"
    ln -s "$ENGINE_PYTHON" "$box/checkout/.venv-engine/bin/python"
  fi
  echo "== $suite: $(chroot "$box" python3 -c 'from qgis.core import Qgis; print("QGIS", Qgis.QGIS_VERSION)' 2>/dev/null)"
  chroot "$box" env -C /checkout QT_QPA_PLATFORM=offscreen PYQTGRAPH_QT_LIB=PyQt5 PYTEST_QT_API=pyqt5 OMP_NUM_THREADS=1 \
    PYTHONPATH=/checkout/.site XDG_RUNTIME_DIR=/tmp HOME=/tmp python3 -m pytest tests/plugin || failed=1
  mounts | xargs -r umount
done
exit $failed
