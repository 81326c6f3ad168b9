"""Write down what the examples give now; name packages to renew these alone."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # of a script it is its own folder

import written

if __name__ == "__main__":
    for package in sys.argv[1:] or written.PACKAGES:
        written.renew(package)
