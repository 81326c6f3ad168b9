"""Write down what the examples give now; name packages to renew these alone."""

from __future__ import annotations

import sys

import written

if __name__ == "__main__":
    for package in sys.argv[1:] or written.PACKAGES:
        written.renew(package)
