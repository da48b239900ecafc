"""My year: what I did, what I get, why, and in which steps."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marke.common.views import pdf_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import check_belonged
from marke.surplus import queries
from marke.surplus.kept import becomes_shares
from marke.surplus.models import MemberYear
from marke.surplus.statements import statement_pdf
from marke.surplus.telling import explained_parts, my_year
from marke.surplus.views.years import TONES, found_year


def _my_line(request: CoopRequest, number: int) -> MemberYear:
    membership = check_belonged(request)
    year = found_year(request, number)
    line = queries.my_line(year, membership)
    if line is None:
        raise Http404(_("You have no part in this year"))
    line.year = year
    return line


@require_safe
def mine(request: CoopRequest, number: int) -> HttpResponse:
    line = _my_line(request, number)
    shown = my_year(line)
    context = {
        "year": line.year,
        "mine": shown,
        "explained": explained_parts(shown),
        "becomes_shares": becomes_shares(line.year),
        "tone": TONES[line.year.round.state],
    }
    return render(request, "surplus/mine.html", context)


@require_safe
def statement(request: CoopRequest, number: int) -> HttpResponse:
    """The same on paper."""
    line = _my_line(request, number)
    name = f"{request.coop.slug}-{line.year.round.title}-{line.membership.number}.pdf"
    return pdf_response(name, statement_pdf(line))
