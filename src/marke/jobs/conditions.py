"""Which moves a job can make. One table; the services ask it, the pages draw their buttons from it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs.models import Job

State = Job.State

MOVES: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.OFFERED, State.CANCELLED, State.EXPIRED}),
    # Declined, not answered or taken back: it is requested again. Nobody is left: it stays requested.
    State.OFFERED: frozenset({State.REQUESTED, State.ACCEPTED, State.CANCELLED, State.EXPIRED}),
    # A worker who cannot come after all hands the job back.
    State.ACCEPTED: frozenset({State.UNDER_WAY, State.REQUESTED, State.CANCELLED, State.CALLED_OFF, State.DISPUTED}),
    # Of a worker who has vanished, the coordinator takes the job over.
    State.UNDER_WAY: frozenset({State.DONE, State.REQUESTED, State.CANCELLED, State.CALLED_OFF, State.DISPUTED}),
    State.DONE: frozenset({State.CONFIRMED, State.DISPUTED}),
    State.CONFIRMED: frozenset({State.SETTLED}),
    # Cancelled so late that a fee is due: it is settled like work.
    State.CALLED_OFF: frozenset({State.SETTLED}),
    State.DISPUTED: frozenset({State.SETTLED, State.CANCELLED}),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
}
WITHOUT_WORKER = frozenset({State.REQUESTED, State.OFFERED})
AT_WORK = frozenset({State.ACCEPTED, State.UNDER_WAY})
WORKED = frozenset({State.ACCEPTED, State.UNDER_WAY, State.DONE, State.CONFIRMED, State.SETTLED})
ENDED = frozenset(state for state, next_states in MOVES.items() if not next_states)


class MoveRefused(Refused):
    """A job cannot go from where it is to where somebody wants it."""


def can_move(job: Job, to: Job.State) -> bool:
    return to in MOVES[State(job.state)]


def check_move(job: Job, to: Job.State) -> None:
    """Raises: MoveRefused."""
    if can_move(job, to):
        return
    here = State(job.state)
    onward = ", ".join(str(state.label).lower() for state in State if state in MOVES[here])
    if not onward:
        raise MoveRefused(
            _("Job %(number)s is “%(state)s”, which is final. Book a new job if something is still to be done.")
            % {"number": job.number, "state": here.label}
        )
    raise MoveRefused(
        _("Job %(number)s is “%(state)s” and cannot become “%(wanted)s”. From here it can become: %(onward)s.")
        % {"number": job.number, "state": here.label, "wanted": to.label, "onward": onward}
    )
