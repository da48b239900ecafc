"""The rules about the rulebook itself and about belonging: the apps below this one cannot bring their own."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from marke_core.rulebook import Choice, Clause, Duration, Rule, Switch

MEMBERS = _("Members")
OFFICES = _("Offices")

RULES = [
    Rule(
        key="mandates.term",
        type=Duration(least=timedelta(days=28), most=timedelta(days=3653)),
        default=730 * 86_400,
        title=_("How long an office is held"),
        sentence=_("Whoever is given an office holds it for {value}."),
        section=OFFICES,
        explains=_("A coordinator, treasurer or secretary is elected for a term, and can be elected again."),
    ),
    Rule(
        key="mandates.lapse",
        type=Choice(
            {
                "holdover": _("whoever held it goes on until somebody is chosen"),
                "members": _("all members together decide what that office decided"),
            }
        ),
        default="holdover",
        title=_("When the last term has ended"),
        sentence=_("When the term of an office has ended and nobody has been chosen, {value}."),
        section=OFFICES,
        explains=_("So that the co-op can always act: either the old holder carries on, or the members step in."),
    ),
    Rule(
        key="members.agreement",
        type=Clause(longest=4_000),
        default=gettext_noop(
            "We own this co-op together. Each of us has one vote. We do what we agreed, tell each other what goes wrong, "
            "and change these rules only together."
        ),
        title=_("What we promise each other"),
        sentence=_("Whoever joins agrees to this: {value}"),
        section=MEMBERS,
        explains=_("The words that every member agrees to when joining. Who agreed, and when, stands in the agreement."),
    ),
    Rule(
        key="members.pay_visible",
        type=Switch(on=_("can see"), off=_("cannot see")),
        default=False,
        title=_("Seeing each other's pay"),
        sentence=_("Members {value} what each of the others has earned."),
        section=MEMBERS,
        explains=_(
            "The treasurer and the coordinator always see what is paid to whom; the co-op's totals are open to all members."
        ),
    ),
]
