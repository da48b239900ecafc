"""Suppliers send their bills: over the network once there is an access point, by mail, on paper that somebody photographs."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage

from PIL import Image, ImageDraw

from marke.bills.models import Bill
from marke.bills.queries import address_of, deduction
from marke.bills.services import Booking, Incoming, approve_bill, open_address, receive_bill, receive_mail
from marke.packs.demo import DemoBill, DemoCoop
from marke.parties.models import Coop
from marke.sending.clockwork import turn
from marke.sending.partner import Partner
from marke.sending.queries import connection_of
from marke.site.demo.people import FOUNDING_LASTS, People
from marke_core.banking import structured_reference
from marke_core.einvoice.model import (
    CREDIT_NOTE,
    INVOICE,
    Account,
    Address,
    Document,
    Identifier,
    Line,
    Party,
    Payment,
    Quantity,
    Totals,
    VatBreakdown,
)
from marke_core.einvoice.participants import participant_of, show_participant
from marke_core.einvoice.ubl import write_ubl
from marke_core.money import share_of_integers

TERM = timedelta(days=30)
RATE = Decimal(21)


class Bills:
    def __init__(self, demo: DemoCoop, people: People) -> None:
        self.demo, self.people = demo, people

    def morning(self, number: int, day: date, at: datetime) -> None:
        if number <= FOUNDING_LASTS:
            return
        for place, bill in enumerate(self.demo.bills):
            turns, rest = divmod(number - bill.day, bill.every) if bill.every else (0, number - bill.day)
            if turns >= 0 and rest == 0:
                self._come(bill, f"{day.year}-{place + 1}{turns:02}", day, at)

    def _come(self, bill: DemoBill, number: str, day: date, at: datetime) -> None:
        coop, treasurer = self.people.coop, self.people.office("treasurer")
        if bill.way == "photo":
            receive_bill(coop=coop, incoming=Incoming(_photo(bill), "bon.jpg"), by=treasurer, at=at)
            return
        content = write_ubl(_document(bill, coop, number, day))
        connection = connection_of(coop)
        if bill.way == "mail":
            self._mail(bill, number, content, at)
        elif bill.way == "network" and connection is not None:
            Partner(connection).bring(_participant(bill.vat_number), content)
            turn(at)
        else:
            receive_bill(coop=coop, incoming=Incoming(content, f"{number}.xml"), by=treasurer, at=at)
        if bill.decided:
            self._approve(number, at + timedelta(hours=2))

    def _mail(self, bill: DemoBill, number: str, content: bytes, at: datetime) -> None:
        coop = self.people.coop
        address = address_of(coop) or open_address(coop=coop, by=self.people.office("treasurer"), at=at)
        message = EmailMessage()
        message["From"], message["To"] = "facturen@papier.example", f"bills+{address.token}@bills.example"
        message["Subject"] = bill.what
        message.set_content(bill.what)
        message.add_attachment(content, maintype="application", subtype="xml", filename=f"{number}.xml")
        receive_mail(content=message.as_bytes(), at=at)

    def _approve(self, number: str, at: datetime) -> None:
        found = Bill.objects.select_related("coop").get(coop=self.people.coop, paper=number)
        wanted = next(each for each in self.demo.bills if each.supplier == found.name)
        by = self.people.office("coordinator")
        approve_bill(bill=found, booking=Booking(wanted.cost, deduction(found, at)), by=by, at=at)


def _participant(vat_number: str) -> str:
    found = participant_of(vat_number)
    return show_participant(found) if found else ""


def _party(name: str, vat_number: str, address: Address) -> Party:
    found = participant_of(vat_number) or Identifier("")
    return Party(name=name, vat_id=vat_number, legal_id=found, endpoint=found, address=address)


def _document(bill: DemoBill, coop: Coop, number: str, day: date) -> Document:
    net = abs(bill.net)
    vat = share_of_integers(net, 21, 100)
    digits = int("".join(char for char in number if char.isdigit()))
    there = Address(line_1=coop.street, city=coop.city, postcode=coop.postcode, country=coop.country)
    return Document(
        number=number,
        issue_date=day,
        due_date=day + TERM if bill.net > 0 else None,
        type_code=INVOICE if bill.net > 0 else CREDIT_NOTE,
        currency=coop.currency,
        buyer_reference=coop.name,
        seller=_party(bill.supplier, bill.vat_number, Address(line_1="Kaai 3", city="Gent", postcode="9000", country="BE")),
        buyer=_party(coop.name, coop.vat_number, there),
        payment=Payment(code="30", reference=structured_reference("BE", digits), accounts=(Account(bill.iban, bill.supplier),)),
        lines=(
            Line(
                id="1", net=net, name=bill.what, quantity=Quantity(Decimal(1), "C62"), price=Decimal(net).scaleb(-2), vat_category="S",
                vat_rate=RATE,
            ),
        ),
        breakdown=(VatBreakdown(base=net, vat=vat, category="S", rate=RATE),),
        totals=Totals(lines=net, without_vat=net, vat=vat, with_vat=net + vat, payable=net + vat),
    )  # fmt: skip


def _photo(bill: DemoBill) -> bytes:
    """A slip of paper on a table."""
    picture = Image.new("RGB", (480, 640), "#7a6a58")
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((90, 60, 390, 580), fill="#fbfaf5")
    total = abs(bill.net) + share_of_integers(abs(bill.net), 21, 100)
    rows = (bill.supplier, bill.vat_number, "", bill.what, "", f"EUR {total // 100}.{total % 100:02}", "", "bedankt & tot ziens")
    for place, text in enumerate(rows):
        drawing.text((115, 95 + 44 * place), text.encode("ascii", "replace").decode(), fill="#222222", font_size=20)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()
