"""Divide an exact total among many by a key, to the last unit (INV-SPLIT-1).

One engine for whatever is divided among many: surplus, share issues, a team's work, the plan; rent, energy, boxes, levies
and fees by the same keys. What one job contributes is a part of one price and no division. `divide` knows weights, caps, floors, a
minimum, remainders and ties; `keys` puts it together as co-ops name their keys: fixed, per head, pro rata, iterative,
hybrid, mixed, by priority, in tiers. Prose with worked tables: docs/algorithms/splitting.md.

Source: Hamilton's method (largest remainder); Balinski & Young 1982, Fair Representation, ch. 3.
"""

from marke_core.split.division import Division, Explained, Remainder, adds_up, divide, split
from marke_core.split.exact import CannotDivide
from marke_core.split.ties import Ties

__all__ = ["CannotDivide", "Division", "Explained", "Remainder", "Ties", "adds_up", "divide", "split"]
