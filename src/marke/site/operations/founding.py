"""Founding a co-op from the terminal, by the same service as the pages."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from marke.common import clock
from marke.common.refusal import Refused
from marke.packs.registry import packs
from marke.parties.models import Party, User
from marke.parties.services import create_party, give_sign_in
from marke.site.countries import country as country_named
from marke.site.services import Plan, found_coop


class UnknownPack(Refused):
    """No such sector is installed."""


class UnknownLanguage(Refused):
    """The program does not speak it."""


class NotAnAddress(Refused):
    """Not a mail address."""


def found_from_terminal(
    *, name: str, pack: str, country: str, language: str, founder: str, email: str, password: str
) -> list[str]:
    """Founds the co-op and returns what to tell. Without `email`, the founder signs in with `password`."""
    if pack not in packs:
        raise UnknownPack(f"There is no pack {pack[:60]!r}. There are: {', '.join(sorted(each.kind for each in packs))}.")
    land = country_named(country.upper())
    speaks = language or _language_of(land.code)
    _check_language(speaks)
    at = clock.now()
    with transaction.atomic():
        party = _founder(founder, email, speaks)
        plan = Plan(name=name, pack=pack, country=land.code, legal_form="none", language=speaks, rules={})
        founded = found_coop(plan=plan, founder=party, at=at)
        told = [f"Founded {founded.coop.name} ({founded.coop.currency}, {founded.coop.timezone})."]
        home = settings.BASE_URL + reverse("site:home", kwargs={"coop": founded.coop.slug})
        told.append(f"Its pages: {home} (once ./marke serve runs)")
        if email:
            told.append(f"{email} signs in there with a code by mail, as coordinator and treasurer.")
        elif party.user is None:
            address = f"founder@{founded.coop.slug}.localhost"
            give_sign_in(party=party, email=address, password=password, verified=True, at=at)
            told.append(f"Sign in as coordinator and treasurer: {address} with the password {password} (shown only now)")
    return told


def _language_of(country_code: str) -> str:
    from babel.core import get_global

    spoken = get_global("likely_subtags").get(f"und_{country_code}", "en").partition("_")[0]
    return str(spoken) if spoken in dict(settings.LANGUAGES) else "en"


def _check_language(language: str) -> None:
    if language not in dict(settings.LANGUAGES):
        raise UnknownLanguage(
            f"{language[:60]!r} is not a language of the pages. There are: {', '.join(dict(settings.LANGUAGES))}."
        )


def _founder(name: str, email: str, language: str) -> Party:
    at = clock.now()
    if not email:
        return create_party(name=name or "Founder", language=language, at=at)
    try:
        validate_email(email)
    except ValidationError:
        raise NotAnAddress(f"{email[:60]!r} is not a mail address. Write it as name@example.org.") from None
    known = User.objects.filter(email=email).first()
    if known is not None and (party := Party.objects.filter(user=known).first()):
        return party
    party = create_party(name=name or email.partition("@")[0], email=email, language=language, at=at)
    give_sign_in(party=party, verified=False, at=at)
    return party
