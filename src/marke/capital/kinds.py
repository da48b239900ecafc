"""The kind of round that this app brings."""

from django.utils.translation import gettext_lazy as _

from marke.capital.conditions import MOVES, SHARE_ISSUE, State
from marke.capital.services import turn_issue
from marke.common.rounds import RoundKind

SHARE_ISSUES = RoundKind(
    kind=SHARE_ISSUE,
    label=_("Share issue"),
    moves=MOVES,
    url_name="capital:issue",
    alone=True,
    second_person=True,
    words={
        State.FINAL: _("Divided"),
        State.RELEASED: _("Checked"),
        State.SETTLED: _("Given out"),
        State.CANCELLED: _("Did not carry"),
    },
    turn=turn_issue,
)
