"""The rules about suppliers' bills."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Choice, Duration, Percent, Rule

SECTION = _("Suppliers’ bills")
ENTERED_BY, OFFICERS, MEMBERS = "bills.entered_by", "officers", "members"
APPROVERS, ANOTHER, ANYBODY = "bills.approvers", "another", "anybody"
OWN, TWO_FROM, DEDUCTED, AHEAD = "bills.own_approval", "bills.two_from", "bills.vat_deducted", "bills.pay_ahead"

RULES = [
    Rule(
        key=ENTERED_BY,
        type=Choice({MEMBERS: _("every member"), OFFICERS: _("the treasurer and the coordinator")}),
        default=MEMBERS,
        title=_("Who brings in bills"),
        sentence=_("Bills of suppliers are brought in by {value}."),
        section=SECTION,
        explains=_("Whoever ordered something has the bill first. A bill that is brought in is not approved yet."),
    ),
    Rule(
        key=APPROVERS,
        type=Choice({OFFICERS: _("the treasurer and the coordinator"), MEMBERS: _("every member")}),
        default=OFFICERS,
        title=_("Who approves bills"),
        sentence=_("Bills of suppliers are approved by {value}."),
        section=SECTION,
        explains=_("What is approved is booked and paid with the next pay run."),
    ),
    Rule(
        key=OWN,
        type=Choice({ANOTHER: _("somebody else than who brought it in"), ANYBODY: _("also whoever brought it in")}),
        default=ANOTHER,
        title=_("A bill that one brought in oneself"),
        sentence=_("A bill is approved by {value}."),
        section=SECTION,
        explains=_(
            "A bill that came by mail or over the network was brought in by nobody, unless somebody typed in what it says."
        ),
    ),
    Rule(
        key=TWO_FROM,
        type=Amount(least=0, most=100_000_000),
        default=100_000,
        title=_("When two people approve"),
        sentence=_("A bill of {value} or more is approved by two people."),
        section=SECTION,
        explains=_("Below that amount one is enough. With nothing, every bill needs two."),
    ),
    Rule(
        key=DEDUCTED,
        type=Percent(),
        default=[1, 1],
        title=_("VAT of suppliers that is taken off"),
        sentence=_("Of the VAT on suppliers’ bills, {value} is taken off the VAT that the co-op owes."),
        section=SECTION,
        explains=_(
            "What may be taken off is the law's: less where a co-op also sells without VAT. Whoever approves a bill can change "
            "it for that bill. What is not taken off is cost. Without a VAT number nothing is taken off."
        ),
    ),
    Rule(
        key=AHEAD,
        type=Duration(least=timedelta(0), most=timedelta(days=90)),
        default=30 * 86_400,
        title=_("How early bills are paid"),
        sentence=_("A bill goes out with the pay run when it is due within {value}."),
        section=SECTION,
        explains=_("Longer than the time between two pay runs, so that no bill is late."),
    ),
]
