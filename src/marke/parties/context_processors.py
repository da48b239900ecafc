"""What every template knows of the co-op and of who is asking. Costs a query only where it is shown."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from marke.common.sector_words import words_of
from marke.parties.demo import demo_people
from marke.parties.http import CoopRequest
from marke.parties.permissions import is_member, lapsed_offices_for, my_offices


def coop(request: HttpRequest) -> dict[str, Any]:
    if getattr(request, "coop", None) is None:
        return {
            "coop": None,
            "party": getattr(request, "party", None),
            "membership": None,
            "client": None,
            "demo_people": demo_people,  # a template that shows them calls it
        }
    asked = cast(CoopRequest, request)
    return {
        "coop": asked.coop,
        "words": words_of(asked.coop.pack),
        "party": asked.party,
        "acting_for": asked.acting_for,
        "membership": asked.membership,
        "client": asked.client,
        "is_member": is_member(asked),
        "my_offices": SimpleLazyObject(lambda: my_offices(asked)),
        "demo_people": demo_people,
        "lapsed_offices": SimpleLazyObject(lambda: lapsed_offices_for(asked)),
    }
