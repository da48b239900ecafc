"""The rules about what members carry away."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Count, Duration, Rule, Switch

CARRIED = _("What members carry away")
RULES = [
    Rule(
        key="credentials.counts_for",
        type=Duration(least=timedelta(days=30), most=timedelta(days=3650)),
        default=730 * 86_400,
        title=_("How long a work history counts"),
        sentence=_("A signed work history counts for {value}; then the member takes a new one along."),
        section=CARRIED,
        explains=_(
            "Whoever reads it sees until when it counts. What it says stays true; but who reads it later should ask for a new one."
        ),
    ),
    Rule(
        key="credentials.least_places",
        type=Count(least=3, most=100),
        default=5,
        title=_("How many places before the area is told"),
        sentence=_("A work history tells in what area somebody worked from {value} different places on."),
        section=CARRIED,
        explains=_("From fewer places one could tell where a client lives."),
    ),
    Rule(
        key="credentials.agreement",
        type=Switch(on=_("keeps to the agreement among platforms"), off=_("has not joined the agreement among platforms")),
        default=False,
        title=_("The agreement among platforms"),
        sentence=_("About work histories the co-op {value}."),
        section=CARRIED,
        explains=_(
            "Whoever joins states for everybody, and signed, what is handed out, in which formats and how fast, and lists other "
            "platforms that do. Members can ask those for their history with one tap. Who leaves hands out the same as before, "
            "and states it no longer."
        ),
    ),
    Rule(
        key="credentials.hands_over_within",
        type=Duration(least=timedelta(hours=1), most=timedelta(days=30)),
        default=86_400,
        title=_("How fast a work history is handed over"),
        sentence=_("Whoever asks for their work history has it within {value}."),
        section=CARRIED,
        explains=_(
            "On their own page a member has it at once. Who asks by letter or phone waits until somebody in office does it. The law "
            "gives a month at most (Regulation 2016/679, article 12)."
        ),
    ),
]
