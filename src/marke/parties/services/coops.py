"""A co-op begins, says who it is, and declares its founding complete."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marke.common import events
from marke.common.refusal import Refused
from marke.parties.events import CoopCreated
from marke.parties.front import RESERVED_SLUGS
from marke.parties.models import Coop, Party

# What describe_coop may change: who the co-op is, never what it has decided. The legal form comes from a decision and its
# deed (`statutes`), or from the founding; no page of parties gives it.
DETAILS = frozenset(
    {
        *("name", "language", "street", "postcode", "city", "email", "phone", "accent", "timezone"),
        *("registration_number", "vat_number", "iban", "legal_form"),
    }
)


class SlugTaken(Refused):
    pass


class AlreadyFounded(Refused):
    pass


def create_coop(
    *,
    name: str,
    slug: str | None = None,
    pack: str,
    country: str,
    currency: str,
    timezone: str,
    language: str,
    legal_form: str,
    by: Party | None,
    at: datetime,
    founded: bool = False,
    demo: bool = False,
) -> Coop:
    """Raises: SlugTaken when another co-op, or a page of the site, already has the address that was asked for."""
    with transaction.atomic():
        if slug is None:
            slug = _free_slug(name)
        elif slug in RESERVED_SLUGS or Coop.objects.filter(slug=slug).exists():
            raise SlugTaken(_("The address /%(slug)s/ is taken. Choose another, for example with your town.") % {"slug": slug})
        coop = Coop.objects.create(
            slug=slug,
            name=name.strip(),
            pack=pack,
            country=country,
            currency=currency,
            timezone=timezone,
            language=language,
            legal_form=legal_form,
            created_at=at,
            founded_at=at if founded else None,
            demo=demo,
        )
        events.announce(CoopCreated(coop=coop, by=by, at=at))
        return coop


def _free_slug(name: str) -> str:
    """The name in ASCII, with a number where it is taken. A name in a script without ASCII gets co-op-1, co-op-2, …"""
    stem = slugify(name)[:50].strip("-") or "co-op"
    taken = set(Coop.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | RESERVED_SLUGS
    number = 1
    slug = stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def describe_coop(*, coop: Coop, by: Party | None, at: datetime, **details: str) -> Coop:
    """Name, address, seller data, colour. What is decided together is in the rulebook, not here."""
    unknown = set(details) - DETAILS
    if unknown:
        raise TypeError(f"not a detail of a co-op: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        for field, value in details.items():
            setattr(coop, field, value)
        coop.save(update_fields=list(details))
        return coop


def declare_founded(*, coop: Coop, by: Party | None, at: datetime) -> Coop:
    """From now on those who want to join apply, and the admission rule decides."""
    with transaction.atomic():
        locked = Coop.objects.select_for_update().get(pk=coop.pk)
        if locked.founded_at is not None:
            raise AlreadyFounded(_("The founding of %(coop)s was already declared complete.") % {"coop": coop.name})
        locked.founded_at = coop.founded_at = at
        locked.save(update_fields=["founded_at"])
        return coop
