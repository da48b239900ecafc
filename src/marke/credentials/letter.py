"""The letter by which somebody asks a platform for what they did there, with the law that gives them the right to it.

Source: Regulation (EU) 2016/679 (GDPR), articles 12, 15 and 20; Directive (EU) 2024/2831, article 9(6); French Code du travail,
articles L7342-7 and D7342-6.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.days import day_in_words
from marke.parties.models import Membership


def letter_to(membership: Membership, *, name: str, country: str, at: datetime) -> tuple[str, str]:
    """Its subject and its text, in the reader's language. `country`: where the platform is, as two letters."""
    day = day_in_words(local_date(at, membership.coop.timezone))
    lines = [
        _("To %(name)s") % {"name": name or "…"},
        day,
        _(
            "I work or worked through your platform. Please send me what I did there: the kinds of work, how many and how many "
            "hours, from when to when, where, what I earned after your share, and what clients thought and wrote of it."
        ),
        _(
            "Please send it as a file that programs can read (JSON, or a signed W3C Verifiable Credential or Open Badge), and as a paper."
        ),
        _(
            "I ask for it by articles 15 and 20 of Regulation (EU) 2016/679: it is free, and the answer comes within a month "
            "(article 12). For work on platforms article 9(6) of Directive (EU) 2024/2831 says the same, ratings and reviews included."
        ),
    ]
    if country.upper() == "FR":
        lines.append(
            _(
                "In France article L7342-7 of the Code du travail gives me this right, and article D7342-6 lists what belongs in it."
            )
        )
    lines.append(membership.party.name)
    return _("My work history: a request for my data"), "\n\n".join(lines)
