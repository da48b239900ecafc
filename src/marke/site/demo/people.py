"""Who founds, joins, buys a share, holds an office, leaves."""

from datetime import datetime, timedelta

from marke.decisions.services import decide_application
from marke.jobs.models import Service
from marke.jobs.services import change_service
from marke.packs.demo import DemoClient, DemoCoop, DemoPerson
from marke.packs.registry import Pack
from marke.parties.models import Client, Coop, Mandate, Membership, Party
from marke.parties.services import (
    apply_for_membership,
    create_party,
    declare_founded,
    describe_coop,
    end_mandate,
    ensure_client,
    give_mandate,
    give_sign_in,
    join_by_invitation,
    leave,
    represent,
)
from marke.payments.services import record_bank_account, record_payment
from marke.shares.services import request_shares
from marke.site.demo.fares import open_fares, set_fares
from marke.site.services import Founded, Plan, found_coop

FOUNDING_LASTS = 5


class People:
    """The members and clients by their place in the demo's lists."""

    def __init__(self, pack: Pack, demo: DemoCoop, begins: datetime) -> None:
        self.pack, self.demo, self.begins = pack, demo, begins
        self.members: dict[int, Membership] = {}
        self.clients: dict[int, Client] = {}
        self.founded: Founded

    @property
    def coop(self) -> Coop:
        return self.founded.coop

    def office(self, office: str) -> Party:
        """Whoever holds the office in the demo."""
        place = next(i for i, person in enumerate(self.demo.people) if office in person.offices)
        return self.members[place].party

    def second(self) -> Party:
        """Somebody other than the treasurer, an officer if there is another one, to release what she has made final."""
        treasurer = self.office("treasurer")
        others = [(place, m) for place, m in sorted(self.members.items()) if m.party_id != treasurer.pk]
        return max(others, key=lambda other: "coordinator" in self.demo.people[other[0]].offices)[1].party

    def found(self) -> None:
        """The coordinator founds; the details for invoices are filled in; prices are set."""
        place = next(i for i, person in enumerate(self.demo.people) if "coordinator" in person.offices)
        founder = self._party(self.demo.people[place], self.begins)
        plan = Plan(
            name=self.demo.name, pack=self.pack.kind, country=self.demo.country, legal_form=self.demo.legal_form,
            language=self.demo.language, rules=self.demo.rules,
        )  # fmt: skip
        self.founded = found_coop(plan=plan, founder=founder, at=self.begins, slug=self.demo.slug, demo=True)
        self.members[place] = self.founded.membership
        describe_coop(
            coop=self.coop, by=founder, at=self.begins, street=self.demo.street, postcode=self.demo.postcode,
            city=self.demo.city, email=self.demo.email, iban=self.demo.iban, vat_number=self.demo.vat_number,
            accent=self.demo.accent,
        )  # fmt: skip
        self._settle_in(place, self.begins)
        self._set_prices(founder)

    def _set_prices(self, by: Party) -> None:
        for service, price in zip(Service.objects.filter(coop=self.coop).order_by("id"), self.demo.prices, strict=True):
            change_service(
                service=service, name=service.name, price=price, per=service.per, minutes=service.minutes,
                description=service.description, vat_category=service.vat_category, vat_permille=service.vat_permille,
                needs_pickup=service.needs_pickup, by=by, at=self.begins,
            )  # fmt: skip

    def morning(self, number: int, at: datetime) -> None:
        """Those who come and go on this day of the demo year."""
        for place, person in enumerate(self.demo.people):
            if place not in self.members and (person.joined == number or (person.joined <= number < FOUNDING_LASTS)):
                self._join(place, at)
            if person.left == number:
                leave(membership=self.members.pop(place), by=None, at=at)
        for place, client in enumerate(self.demo.clients):
            if client.joined == number:
                self.clients[place] = self._client(client, at)
        if number == FOUNDING_LASTS:
            self._complete_founding(at)
        if self.demo.fares is not None and number == FOUNDING_LASTS:
            open_fares(self.coop, self.demo.fares, at)
        if self.demo.fares is not None and number == self.demo.days - 30:
            set_fares(
                coop=self.coop, fares=self.demo.fares, members=self.members, clients=self.clients,
                by=self.office("coordinator"), at=at,
            )  # fmt: skip
        if number == self.demo.days and self.demo.applicant is not None:
            self._apply(self.demo.applicant, at - timedelta(days=1), pays=True)

    def _join(self, place: int, at: datetime) -> None:
        person = self.demo.people[place]
        if self.coop.founded_at is None:
            party = self._party(person, at)
            self.members[place] = join_by_invitation(invitation=self.founded.invitation, party=party, by=party, at=at)
        else:
            self._apply_and_admit(place, person, at)
        self._settle_in(place, at)

    def _apply_and_admit(self, place: int, person: DemoPerson, at: datetime) -> None:
        membership = self._apply(person, at, pays=True)
        decide_application(
            membership=membership, admitted=True, reason="Rode along for three shifts; everybody was glad.",
            by=self.office("coordinator"), at=at + timedelta(hours=2),
        )  # fmt: skip
        membership.refresh_from_db()
        self.members[place] = membership

    def _apply(self, person: DemoPerson, at: datetime, *, pays: bool) -> Membership:
        party = self._party(person, at)
        membership = apply_for_membership(
            coop=self.coop, party=party, motivation="I want to work where I have a say.", by=party, at=at
        )
        if pays and self.demo.legal_form != "none":
            self._buy_share(membership, at)
        return membership

    def _settle_in(self, place: int, at: datetime) -> None:
        """A home base, a bank account, an office, and for co-ops that have shares a first one."""
        person, membership = self.demo.people[place], self.members[place]
        membership.home_lat_e7, membership.home_lon_e7 = person.home.lat_e7, person.home.lon_e7
        membership.save(update_fields=["home_lat_e7", "home_lon_e7"])
        if person.iban:
            record_bank_account(
                coop=self.coop, party=membership.party, iban=person.iban, holder=person.name, by=membership.party, at=at
            )
        if person.joined < FOUNDING_LASTS and self.demo.legal_form != "none":
            self._buy_share(membership, at)
        for office in person.offices:
            if not Mandate.objects.filter(membership=membership, office=office, ended_at=None).exists():
                self._give(membership, office, at)

    def _give(self, membership: Membership, office: str, at: datetime) -> None:
        """The founder held every office so far, and lays this one down."""
        day = at.date()
        for mandate in Mandate.objects.filter(coop=self.coop, office=office, ended_at=None):
            end_mandate(mandate=mandate, reason="Handed over at the founding meeting", by=mandate.membership.party, at=at)
        give_mandate(
            coop=self.coop, membership=membership, office=office, starts_on=day, ends_on=day + timedelta(days=730),
            by=self.office("coordinator"), at=at, reason="Chosen at the founding meeting",
        )  # fmt: skip

    def _buy_share(self, membership: Membership, at: datetime) -> None:
        request = request_shares(
            membership=membership, shares=1, once_key=f"demo-share-{membership.number}", by=membership.party, at=at
        )
        assert request.payment_request is not None
        record_payment(
            coop=self.coop, request=request.payment_request, amount=request.payment_request.amount, date=at.date(),
            once_key=f"demo-share-paid-{request.number}", by=self.founded.membership.party, at=at + timedelta(hours=1),
        )  # fmt: skip

    def _complete_founding(self, at: datetime) -> None:
        declare_founded(coop=self.coop, by=self.office("coordinator"), at=at)
        self.coop.refresh_from_db()

    def _party(self, person: DemoPerson, at: datetime) -> Party:
        kind = Party.Kind.ORGANISATION if person.speaks else Party.Kind.PERSON
        party = create_party(
            kind=kind, name=person.name, email=_address(person.name), phone=person.phone, language=self.demo.language, at=at,
            street=person.home.street, city=self.demo.city, country=self.demo.country,
        )  # fmt: skip
        if person.speaks:
            speaker = self._party(DemoPerson(person.speaks, person.home), at)
            represent(party=party, person=speaker, starts_on=at.date(), by=party, at=at)
        else:
            give_sign_in(party=party, verified=True, at=at)
        return party

    def _client(self, client: DemoClient, at: datetime) -> Client:
        party = create_party(
            kind=client.kind, name=client.name, email=_address(client.name), phone=client.phone, language=self.demo.language, at=at,
            street=client.place.street, postcode=self.demo.postcode, city=self.demo.city, country=self.demo.country,
            vat_number=client.vat_number,
        )  # fmt: skip
        if client.sign_in_as:
            give_sign_in(party=party, verified=True, at=at)
        return ensure_client(coop=self.coop, party=party, at=at)


def _address(name: str) -> str:
    from django.utils.text import slugify

    return f"{slugify(name)}@example.org"
