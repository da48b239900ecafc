"""Which legal form the co-op has and is going to have, and which figures bind it on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from marke.common.clock import local_date
from marke.parties.models import Coop
from marke.rules.registry import rules
from marke.statutes.models import Adoption, Deed, OwnFigure
from marke_core.statutes import Bound, Figure, Regime, figures_of, regime


@dataclass(frozen=True)
class Binding:
    """A figure as it stands for this co-op: `figure` is what is checked, `stated` what the regime says."""

    figure: Figure
    stated: Figure
    regime: Regime
    own: OwnFigure | None = None

    @property
    def binds(self) -> bool:
        return self.figure.bound is not Bound.DEFAULT


def adoptions(coop: Coop) -> list[Adoption]:
    """Those that count, in the order in which they begin: a later decision goes before what had not yet begun."""
    standing: list[Adoption] = []
    for adoption in Adoption.objects.filter(coop=coop).select_related("decision", "deed").order_by("number"):
        standing = [*(other for other in standing if other.holds_from < adoption.holds_from), adoption]
    return standing


def adoption_on(standing: Sequence[Adoption], day: date) -> Adoption | None:
    """Whose figures bind on that day."""
    begun = [adoption for adoption in standing if adoption.holds_from <= day]
    return begun[-1] if begun else None


def deed_of(adoption: Adoption) -> Deed | None:
    return getattr(adoption, "deed", None)


def awaiting_deed(coop: Coop) -> Adoption | None:
    """The adopted form that is not yet drawn up; only the last decision counts."""
    last = Adoption.objects.filter(coop=coop).select_related("decision", "deed").order_by("-number").first()
    return last if last is not None and last.awaits_deed and deed_of(last) is None else None


def own_figures(coop: Coop, day: date) -> dict[str, OwnFigure]:
    """The last decision about each figure that has begun by that day."""
    rows = OwnFigure.objects.filter(coop=coop, holds_from__lte=day).select_related("decision").order_by("number")
    return {row.figure: row for row in rows}


def bindings(coop: Coop, codes: Iterable[str], day: date, own: dict[str, OwnFigure]) -> list[Binding]:
    """The figures of these regimes on that day, with what the co-op decided in their place; none in another currency."""
    found = []
    for of, figure in figures_of(codes, day):
        if figure.rule not in rules or (figure.currency and figure.currency != coop.currency):
            continue
        mine = own.get(figure.key)
        if mine is None or mine.says == OwnFigure.Says.STATED:
            found.append(Binding(figure, figure, of, None))
        elif mine.says == OwnFigure.Says.NOTHING:
            found.append(Binding(replace(figure, bound=Bound.DEFAULT), figure, of, mine))
        else:
            instead = replace(figure, value=mine.value, or_else=())
            found.append(Binding(instead, figure, of, mine))
    return found


def bindings_from(coop: Coop, at: datetime) -> list[Binding]:
    """What binds a value that begins at `at`: the form of that day, and those decided to begin later."""
    standing = adoptions(coop)
    if not standing:
        return []
    day = local_date(at, coop.timezone)
    current = adoption_on(standing, day)
    own = own_figures(coop, day)
    found = bindings(coop, current.codes, day, own) if current else []
    for later in standing:
        if later.holds_from > day:
            found += bindings(coop, later.codes, later.holds_from, own_figures(coop, later.holds_from))
    return found


@dataclass(frozen=True)
class OurForm:
    """What the co-op is on a day. `form` None: nobody has said which."""

    adoption: Adoption | None
    form: Regime | None
    also: list[Regime]
    deed: Deed | None
    awaiting: Adoption | None
    coming: list[Adoption]
    bindings: list[Binding]


def our_form(coop: Coop, day: date) -> OurForm:
    standing = adoptions(coop)
    current = adoption_on(standing, day)
    return OurForm(
        adoption=current,
        form=regime(current.regime) if current else None,
        also=[regime(code) for code in current.also] if current else [],
        deed=deed_of(current) if current else None,
        awaiting=awaiting_deed(coop),
        coming=[adoption for adoption in standing if adoption.holds_from > day],
        bindings=bindings(coop, current.codes, day, own_figures(coop, day)) if current else [],
    )
