"""The rules about shares. Those that make one class different from another vary by `share_class`."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from marke_core.rulebook import Amount, Choice, Clause, Count, Duration, LowestOf, Part, Percent, Rule, Switch

SHARES = _("Shares")
# What everybody who takes a share should have read; the rest is fine print.
PLAIN = ("shares.price", "shares.minimum")
NONE, FIXED, INDEX = "none", "fixed", "index"
MEMBERS, CONSENT = "members", "consent"


def _rule(**declared: Any) -> Rule:
    return Rule(section=SHARES, varies_by=("share_class",), fine_print=declared["key"] not in PLAIN, **declared)


RULES = [
    _rule(
        key="shares.price",
        type=Amount(least=1, most=100_000_000),
        default=5_000,
        title=_("The price of a share"),
        sentence=_("A share costs {value}."),
        rank=5,
        explains=_("Whoever asks for shares pays the price in force on that day, also when it changes before they pay."),
    ),
    _rule(
        key="shares.minimum",
        type=Count(least=1, most=10_000),
        default=1,
        title=_("The least number of shares"),
        sentence=_("Whoever takes shares for the first time takes at least {value}."),
        explains=_("It holds for the first request; who has shares already can add any number."),
    ),
    _rule(
        key="shares.maximum",
        type=Count(least=1, most=1_000_000),
        default=10_000,
        title=_("The most shares of one member"),
        sentence=_("A member holds at most {value} shares of a kind."),
        explains=_("What is held and what is asked for count together."),
    ),
    _rule(
        key="shares.maximum_held",
        type=LowestOf(
            {"amount": Part(Amount(least=1)), "part": Part(Percent(least=Fraction(1, 100)), _("{value} of the capital"))}
        ),
        default={"part": [1, 1]},
        title=_("The most capital of one member"),
        sentence=_("What a member holds of a kind is worth at most {value}."),
        explains=_("As long as nobody else holds or asks for shares, the part of the capital is not looked at."),
    ),
    _rule(
        key="shares.holders",
        type=Choice({"any": _("people and organisations"), "person": _("people only"), "organisation": _("organisations only")}),
        default="any",
        title=_("Who can hold shares"),
        sentence=_("These shares are for {value}."),
        explains=_("Which kinds of member a class is for stands in the decision that opened it."),
    ),
    _rule(
        key="shares.entry_fee",
        type=Amount(most=100_000_000),
        default=0,
        title=_("The entry fee"),
        sentence=_("With the first shares of a kind, an entry fee of {value} is paid."),
        explains=_("It goes to a reserve of the co-op and is not paid back."),
    ),
    _rule(
        key="shares.paid_in_minimum",
        type=Percent(least=Fraction(1, 100)),
        default=[1, 1],
        title=_("What is paid before shares are given out"),
        sentence=_("Shares are given out when at least {value} of their price is paid."),
        explains=_("The rest is paid when the co-op calls it, or sooner. Shares that are not fully paid do not go to others."),
    ),
    _rule(
        key="shares.reflection",
        type=Duration(most=timedelta(days=366)),
        default=0,
        title=_("Time to reconsider"),
        sentence=_("Whoever asks for shares may withdraw for {value}; nothing is given out before."),
        explains=_("Who withdraws gets back everything that was paid."),
    ),
    _rule(
        key="shares.note_asked",
        type=Switch(on=_("has read the information note and says so"), off=_("needs to read no information note")),
        default=False,
        title=_("Whether an information note is read"),
        sentence=_("Whoever asks for shares {value}."),
        explains=_("Kept is who read which version of it, and when."),
    ),
    _rule(
        key="shares.note",
        type=Clause(),
        default=gettext_noop(
            "A share is a part of the co-op's capital. It carries risk: if the co-op does badly it can lose all of its value. "
            "It cannot be sold on a market, and the rules say when it is paid back."
        ),
        title=_("The information note about shares"),
        sentence=_("The information note says: {value}"),
    ),
    _rule(
        key="shares.transfer",
        type=Choice(
            {
                NONE: _("do not pass to others"),
                MEMBERS: _("pass freely between members"),
                CONSENT: _("pass to another member when somebody in office agrees"),
            }
        ),
        default=CONSENT,
        title=_("Passing shares on"),
        sentence=_("Shares {value}."),
        explains=_("Who takes them over agrees first. A refusal of consent says why."),
    ),
    _rule(
        key="shares.conversion",
        type=Choice(
            {
                NONE: _("do not become shares of another kind"),
                MEMBERS: _("become shares of another kind when their holder wants it"),
                CONSENT: _("become shares of another kind when somebody in office agrees"),
            }
        ),
        default=CONSENT,
        title=_("Converting shares"),
        sentence=_("Shares {value}."),
        explains=_("They are converted at what was paid for them, into whole shares at the price of the other kind on that day."),
    ),
    _rule(
        key="shares.votes",
        type=Choice(
            {
                "member": _("one vote for each holder, whatever they hold"),
                "share": _("one vote for each share"),
                NONE: _("no vote"),
            }
        ),
        default="member",
        title=_("Votes that come with shares"),
        sentence=_("Shares give {value}."),
        explains=_("The register counts them, for the certificate and for meetings that vote by shares."),
    ),
    _rule(
        key="shares.return_kind",
        type=Choice({NONE: _("no return"), FIXED: _("a fixed return"), INDEX: _("a return that follows a published rate")}),
        default=NONE,
        title=_("Whether shares bring a return"),
        sentence=_("Shares bring {value}."),
        explains=_("A return is paid only out of a surplus, when the members decide so at the end of the year."),
    ),
    _rule(
        key="shares.return_rate",
        type=Percent(most=Fraction(1, 2)),
        default=[0, 1],
        title=_("The fixed return"),
        sentence=_("A fixed return is {value} of what was paid for the shares, for each year."),
    ),
    _rule(
        key="shares.return_spread",
        type=Percent(most=Fraction(1, 4)),
        default=[0, 1],
        title=_("What is added to the published rate"),
        sentence=_("A return that follows a published rate is that rate plus {value}."),
    ),
    _rule(
        key="shares.return_cap",
        type=Percent(),
        default=[6, 100],
        title=_("The highest return"),
        sentence=_("Shares never bring more than {value} a year."),
    ),
    _rule(
        key="shares.return_net",
        type=Switch(on=_("after the tax that is withheld"), off=_("before tax")),
        default=False,
        title=_("How the highest return is counted"),
        sentence=_("The highest return is counted {value}."),
    ),
    _rule(
        key="shares.per_year_of_use",
        type=Count(most=100),
        default=0,
        title=_("Shares for a year of use"),
        sentence=_("A member who uses the co-op in a year takes {value} shares for it."),
        explains=_("They are asked for by themselves, once for each member and year."),
    ),
]
