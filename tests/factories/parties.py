"""Co-ops, members and clients for tests, made through the services."""

from datetime import UTC, date, datetime

from django.utils.text import slugify

from marke.parties import services
from marke.parties.models import Client, Coop, Membership, Party

T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PLACES = {
    "BE": ("EUR", "Europe/Brussels"),
    "NL": ("EUR", "Europe/Amsterdam"),
    "DE": ("EUR", "Europe/Berlin"),
    "FR": ("EUR", "Europe/Paris"),
    "GB": ("GBP", "Europe/London"),
    "DK": ("DKK", "Europe/Copenhagen"),
    "US": ("USD", "America/New_York"),
    "JP": ("JPY", "Asia/Tokyo"),
    "TN": ("TND", "Africa/Tunis"),
}


def make_coop(slug: str = "velo", pack: str = "delivery", country: str = "BE", founded: bool = True, at: datetime = T0) -> Coop:
    currency, timezone = PLACES[country]
    return services.create_coop(
        name=slug.replace("-", " ").title(),
        slug=slug,
        pack=pack,
        country=country,
        currency=currency,
        timezone=timezone,
        language="en",
        legal_form=Coop.LegalForm.COOPERATIVE,
        by=None,
        at=at,
        founded=founded,
    )


def make_person(name: str = "Amina", domain: str = "example.org", with_user: bool = True, at: datetime = T0) -> Party:
    local = slugify(name) or f"person{Party.objects.count()}"
    email = f"{local}@{domain}"
    if Party.objects.filter(email=email).exists():
        email = f"{local}{Party.objects.count()}@{domain}"
    party = services.create_party(kind=Party.Kind.PERSON, name=name, email=email, language="en", at=at)
    if with_user:
        services.give_sign_in(party=party, verified=True, at=at)
    return party


def make_member(
    coop: Coop,
    name: str = "Amina",
    offices: tuple[str, ...] = (),
    state: str = "member",
    with_user: bool = True,
    at: datetime = T0,
) -> Membership:
    """A member in `state`, with mandates for `offices` from the day of `at` to the end of 2035."""
    party = make_person(name, f"{coop.slug}.example", with_user, at)
    membership = services.apply_for_membership(coop=coop, party=party, engagement="self_employed", by=party, at=at)
    if state == Membership.State.REFUSED:
        return services.refuse_member(membership=membership, by=None, at=at)
    if state != Membership.State.APPLIED:
        services.admit_member(membership=membership, by=None, at=at)
    for office in offices:
        services.give_mandate(
            coop=coop,
            membership=membership,
            office=office,
            starts_on=at.date(),
            ends_on=date(2036, 1, 1),
            by=None,
            at=at,
            reason="chosen at the start",
        )
    if state == Membership.State.SUSPENDED:
        from tests.factories.hearings import suspend

        suspend(membership, at=at)
    if state == Membership.State.LEFT:
        services.leave(membership=membership, by=party, at=at)
    return membership


def make_client(
    coop: Coop, name: str = "Bakery Lund", kind: str = "organisation", with_user: bool = False, at: datetime = T0
) -> Client:
    local = slugify(name) or f"client{Party.objects.count()}"
    party = services.create_party(kind=kind, name=name, email=f"{local}@{coop.slug}.example", language="en", at=at)
    if with_user:
        services.give_sign_in(party=party, verified=True, at=at)
    return services.ensure_client(coop=coop, party=party, at=at)
