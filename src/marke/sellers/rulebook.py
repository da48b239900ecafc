"""The rules about the yearly report on sellers. As it comes nothing is reported; sectors of platforms turn it on."""

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Count, Rule, Switch

SECTION = _("Report on sellers")
RULES = [
    Rule(
        key="sellers.dac7",
        type=Switch(on=_("reports to the tax office every year"), off=_("does not report")),
        default=False,
        title=_("Report on sellers"),
        sentence=_("What members who are not employees earned by it, the co-op {value}."),
        section=SECTION,
        explains=_(
            "Whoever runs a platform on which people sell their work to others tells the tax office by 31 January what each "
            "was paid in every quarter of the year before (Directive (EU) 2021/514, DAC7). Members see what is said of them."
        ),
        fine_print=True,
    ),
    Rule(
        key="sellers.keep_years",
        type=Count(least=5, most=10),
        default=7,
        title=_("Report on sellers: how long it is kept"),
        sentence=_("What was reported of sellers is kept for {value} years after the year that it is about, then it is blanked."),
        section=SECTION,
        explains=_("The directive wants it kept for five years at least and ten at most; your country says how long."),
        fine_print=True,
    ),
]
