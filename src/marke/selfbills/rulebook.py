"""The rules about invoices that the co-op writes in members' names. As it comes, it writes none: small stays small."""

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Choice, Count, Rule

SECTION = _("Invoices in members’ names")
NOBODY, MEMBERS = "nobody", "members"
MONTHLY, BY_HAND = "monthly", "by_hand"

RULES = [
    Rule(
        key="selfbills.open_to",
        type=Choice({NOBODY: _("nobody’s name"), MEMBERS: _("the name of every member who agreed to it")}),
        default=NOBODY,
        title=_("Invoices in members’ names"),
        sentence=_("The co-op writes the invoices for what it owes for work in {value}."),
        section=SECTION,
        explains=_(
            "Whoever works on their own account owes the co-op an invoice, and VAT with it. The law lets the buyer write it, "
            "if both agreed before."
        ),
    ),
    Rule(
        key="selfbills.object_days",
        type=Count(least=1, most=90),
        default=14,
        title=_("Invoices in members’ names: days to object"),
        sentence=_("Within {value} days a member may say that an invoice in their name is wrong."),
        section=SECTION,
        explains=_("After that it counts as accepted. It is written into every agreement, and holds there as it was agreed."),
        fine_print=True,
    ),
    Rule(
        key="selfbills.rhythm",
        type=Choice({MONTHLY: _("by itself, for each month that is over"), BY_HAND: _("when the treasurer asks for it")}),
        default=MONTHLY,
        title=_("Invoices in members’ names: when"),
        sentence=_("An invoice in a member’s name is written {value}."),
        section=SECTION,
        fine_print=True,
    ),
]
