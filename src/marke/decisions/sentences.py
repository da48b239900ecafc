"""A vote in words."""

from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.rules.sentences import write_percent
from marke_core.tally import Result


def method_sentence(method: str) -> str:
    """What it takes to be adopted."""
    return {
        "everyone": _("Adopted when everyone agrees: nobody who votes is against, and somebody is for it."),
        "majority": _("Adopted when more are for than against; a tie rejects."),
        "two_thirds": _("Adopted when two thirds of those for and against are for."),
        "mandate": _("Decided by the coordinator, who says why."),
    }.get(method, method)


def quorum_sentence(quorum: Fraction, needs: int, entitled: int) -> str:
    return _("The quorum is %(quorum)s: at least %(needs)d of %(entitled)d must cast a ballot. Abstaining counts for it.") % {
        "quorum": write_percent(quorum),
        "needs": needs,
        "entitled": entitled,
    }


def turnout_sentence(cast: int, entitled: int) -> str:
    return ngettext("%(cast)d of %(entitled)d has voted", "%(cast)d of %(entitled)d have voted", cast) % {
        "cast": cast,
        "entitled": entitled,
    }


def because_sentence(result: Result) -> str:
    """Why it ended so."""
    named = {
        "votes_for": result.count.votes_for,
        "votes_against": result.count.votes_against,
        "cast": result.count.cast,
        "needs": result.majority_needs,
        "quorum": result.quorum_needs,
    }
    return {
        "quorum_missed": _("Only %(cast)d voted, and the quorum asks for %(quorum)d. So nothing is decided."),
        "nobody_voted": _("Nobody voted. So nothing is decided."),
        "tie": _("%(votes_for)d are for and as many against. A tie rejects."),
        "enough_for": _("%(votes_for)d are for; %(needs)d were needed."),
        "too_few_for": _("%(votes_for)d are for; %(needs)d were needed."),
        "somebody_against": _("%(votes_against)d are against, and everyone had to agree."),
        "nobody_for": _("Nobody is for it."),
    }[result.because] % named
