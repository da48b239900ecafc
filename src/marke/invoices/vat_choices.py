"""Which VAT goes on a line: suggested from where seller and buyer are, explained, and refused where the law leaves none.

Sources: Directive 2006/112/EC, arts. 44 and 45 (where a service is taxed), 196 (the buyer accounts for it), 138 (goods to
another member state), 146 (exports), 282-292 (small enterprises). Rates: European Commission, Taxes in Europe Database;
Northern Ireland is not treated apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs.vat_rates import UNION, rates_of

WITH_A_ZERO_RATE = frozenset({"BE", "GB", "IE"})


class VatNotPossible(Refused):
    """This VAT cannot stand on a paper from this seller to this buyer."""


class VatChoice(NamedTuple):
    category: str
    permille: int

    @property
    def key(self) -> str:
        return f"{self.category}-{self.permille}"


@dataclass(frozen=True)
class Trader:
    """What the choice depends on. `country`: ISO 3166-1 alpha-2, "" where nobody knows."""

    country: str
    has_vat_number: bool
    is_business: bool


@dataclass(frozen=True)
class Advice:
    """`choices` begins with what is suggested; `why` says why."""

    choices: tuple[VatChoice, ...]
    why: str

    @property
    def suggested(self) -> VatChoice:
        return self.choices[0]


def advise(seller: Trader, buyer: Trader, *, without_number: str, on: date) -> Advice:
    """What can stand on a line for services. `without_number`: the category of a seller who has no VAT number, E or O."""
    if not seller.has_vat_number:
        return Advice(
            (VatChoice(without_number, 0),), _("We have no VAT number, so we charge no VAT; the paper says by which rule.")
        )
    rates = tuple(VatChoice("S", permille) for permille in rates_of(seller.country, on))
    exempt = VatChoice("E", 0)
    zero = (VatChoice("Z", 0),) if seller.country in WITH_A_ZERO_RATE else ()
    if buyer.country in ("", seller.country):
        turned = (VatChoice("AE", 0),) if buyer.has_vat_number else ()
        return Advice((*rates, *zero, exempt, *turned), _("Seller and buyer are in the same country: its VAT is charged."))
    if buyer.country in UNION and seller.country in UNION:
        if buyer.has_vat_number:
            why = _("The client is a business in another country of the Union: it accounts for the VAT itself (reverse charge).")
            return Advice((VatChoice("AE", 0), VatChoice("K", 0), *rates, *zero, exempt), why)
        why = _("The client has no VAT number, so the VAT of our country is charged, as to people there.")
        return Advice((*rates, *zero, exempt), why)
    if buyer.is_business:
        why = _("The client is a business outside the Union: services to it are outside our VAT. Goods sent there are exports.")
        return Advice((VatChoice("O", 0), VatChoice("G", 0), *rates, *zero, exempt), why)
    why = _("The client is a person outside the Union: most services to people are taxed where we are.")
    return Advice((*rates, *zero, exempt, VatChoice("G", 0)), why)


def check_choice(choice: VatChoice, advice: Advice) -> None:
    """Raises: VatNotPossible, with what is possible instead."""
    if choice not in advice.choices:
        raise VatNotPossible(
            _("“%(chosen)s” is not possible here. %(why)s Choose %(possible)s.")
            % {
                "chosen": label_of(choice),
                "why": advice.why,
                "possible": " · ".join(label_of(possible) for possible in advice.choices),
            }
        )


def read_choice(key: str) -> VatChoice | None:
    """What a form sent: "S-210"; None for what is none."""
    category, _dash, rate = key.partition("-")
    return VatChoice(category, int(rate)) if rate.isascii() and rate.isdecimal() and len(rate) <= 3 else None


def label_of(choice: VatChoice) -> str:
    if choice.category == "S":
        whole, rest = divmod(choice.permille, 10)
        return f"{whole}{f'.{rest}' if rest else ''}\u00a0%"
    words = {
        "Z": _("zero rate"),
        "E": _("exempt"),
        "AE": _("reverse charge"),
        "O": _("outside VAT"),
        "K": _("goods to another country of the Union"),
        "G": _("goods out of the Union"),
    }
    return words.get(choice.category, choice.category)
