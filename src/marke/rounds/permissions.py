"""Who may release a round."""

from django.utils.translation import gettext as _

from marke.common.refusal import NotAllowed
from marke.parties.models import Party
from marke.rounds.models import Round
from marke.rounds.queries import move_of


class SamePerson(NotAllowed):
    """Whoever made a round final does not release it."""


def check_second_person(round: Round, party: Party | None) -> None:
    """For kinds that two people look at. Raises: SamePerson, also where nobody says who it is."""
    if not round.second_person:
        return
    final = move_of(round, Round.State.FINAL)
    if party is not None and (final is None or final.by_id != party.pk):
        return
    maker = final.by.name if final is not None and final.by is not None else _("Nobody")
    raise SamePerson(
        _("%(name)s made “%(round)s” final, so somebody else has to release it: two people look at it.")
        % {"name": maker, "round": round.name}
    )
