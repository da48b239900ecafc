"""The Netherlands: the association (vereniging) and the co-operative (coöperatie)."""

from marke_core.statutes.figures import About, Bound, Figure, Kind, Regime

EXACTLY, DEFAULT = Bound.EXACTLY, Bound.DEFAULT
BOOK_2 = "BW 2:26(3) and 2:53a (https://mijnwetten.nl/burgerlijk-wetboek-boek-2/boek2/titel3/afdeling1 ; notariaatonline.nl)"
DETAILS = "Dutch details beyond these two articles were not looked up."

_PARTS = ("surplus.workers", "surplus.users", "surplus.founders", "surplus.members")

ASSOCIATION = Regime(
    code="nl_vereniging",
    kind=Kind.FORM,
    label="vereniging (Netherlands)",
    country="NL",
    legal_form="association",
    needs_deed=True,
    figures=(
        *(Figure(f"nl.ver.{rule}", rule, EXACTLY, [0, 1], BOOK_2, About.SURPLUS, doubt=DETAILS) for rule in _PARTS),
        Figure("nl.ver.capital", "surplus.capital", EXACTLY, "none", BOOK_2, About.RETURN, doubt=DETAILS),
        Figure("nl.ver.distribution", "statutes.distribution", EXACTLY, False, BOOK_2, About.SURPLUS, doubt=DETAILS),
    ),
)

COOPERATIVE = Regime(
    code="nl_cooperatie",
    kind=Kind.FORM,
    label="coöperatie (Netherlands)",
    country="NL",
    legal_form="cooperative",
    needs_deed=True,
    rows=("NL cooperatie",),
    figures=(
        Figure("nl.coop.distribution", "statutes.distribution", DEFAULT, True, BOOK_2, About.SURPLUS,
               row="distribution.allowed", doubt=DETAILS),
    ),
)  # fmt: skip

REGIMES = (ASSOCIATION, COOPERATIVE)
