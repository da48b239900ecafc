"""Legal forms, recognitions and models as data: which figures they state about which rules, with source and date."""

from marke_core.statutes.figures import About, Bound, Breach, Cmp, Figure, Kind, Regime, breach_of, breaches, nearest
from marke_core.statutes.regimes import REGIMES, UnknownRegime, figures_of, fitting, regime

__all__ = [
    "REGIMES",
    "About",
    "Bound",
    "Breach",
    "Cmp",
    "Figure",
    "Kind",
    "Regime",
    "UnknownRegime",
    "breach_of",
    "breaches",
    "figures_of",
    "fitting",
    "nearest",
    "regime",
]
