"""``python -m engine VERB ...``."""

from __future__ import annotations

import os
import sys

# Threads that spin while they wait slow a busy machine down several times; read when torch and BLAS load.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
