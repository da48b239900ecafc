"""Members' own businesses: quoted, accepted by link, invoiced, paid out before the client has paid."""

from datetime import date, datetime, timedelta

from marke.activities.clockwork import WHEELS
from marke.activities.models import Activity
from marke.activities.services import decide_expense, open_activity, tell_expense
from marke.activities.services.internal import available
from marke.invoices.models import Invoice, Quote
from marke.invoices.quote_queries import advice_for, left_to_invoice
from marke.invoices.services import (
    answer_quote,
    invoice_inside,
    invoice_order,
    make_quote,
    move_order,
    offer_inside,
    send_quote,
    write_quote,
)
from marke.invoices.services.quoting import Content, NewLine
from marke.invoices.vat_choices import VatChoice
from marke.packs.demo import DemoAssignment, DemoBusiness, DemoCoop, DemoInside
from marke.selfbills.services import ask, bill_due, sign
from marke.site.demo.money import Money
from marke.site.demo.people import FOUNDING_LASTS, People

# After how many days the client answers, and the work is done and invoiced.
ANSWERED, INVOICED = 2, 9
# On which days of the week the clockwork of the demo turns for them: every day would take a minute more.
PAID_OUT_ON = (0, 3)


class Businesses:
    def __init__(self, demo: DemoCoop, people: People, money: Money) -> None:
        self.demo, self.people, self.money = demo, people, money
        self.opened: dict[str, Activity] = {}
        self.quotes: dict[tuple[str, int, int], Quote] = {}
        self.worked_inside: set[DemoInside] = set()

    def afternoon(self, number: int, day: date, at: datetime) -> None:
        for business in self.demo.businesses:
            if number <= FOUNDING_LASTS or business.owner not in self.people.members:
                continue
            activity = self.opened.get(business.name) or self._open(business, at)
            for place, assignment in enumerate(business.assignments):
                self._go_on((business.name, place), activity, assignment, number, day, at)
            for spent_on, what, amount in business.expenses:
                if spent_on == number:
                    self._spend(activity, what, amount, day, at)
        for inside in self.demo.inside:
            if inside.day <= number and inside not in self.worked_inside:
                self._work_inside(inside, at)
        for who, since, vat_number in self.demo.self_billed:
            if since == number:
                self._self_bill(who, vat_number, day, at)
        if self.demo.businesses and day.weekday() in PAID_OUT_ON:
            for wheel in WHEELS:
                wheel.turn(at)
            if self.demo.self_billed:
                bill_due(at)

    def _open(self, business: DemoBusiness, at: datetime) -> Activity:
        member = self.people.members[business.owner]
        made = open_activity(
            coop=self.people.coop, name=business.name, member=member, once_key=business.name, by=member.party, at=at
        )
        self.opened[business.name] = made
        return made

    def _go_on(
        self, key: tuple[str, int], activity: Activity, what: DemoAssignment, number: int, day: date, at: datetime
    ) -> None:
        turn, today = divmod(number - what.first, what.every)
        if number < what.first or what.client not in self.people.clients:
            return
        if today == 0:
            self.quotes[*key, turn] = self._quote(activity, what, f"{key[0]}-{key[1]}-{turn}", day, at)
        if today == ANSWERED and (quote := self.quotes.get((*key, turn))):
            who = self.demo.clients[what.client].name
            note = "We do it with the class ourselves." if what.declined else ""
            answer_quote(quote=quote, version=1, accepted=not what.declined, name=who, note=note, by=None, at=at)
        if today == INVOICED and not what.declined and (quote := self.quotes.get((*key, turn))):
            self._invoice(quote, what, at)

    def _quote(self, activity: Activity, what: DemoAssignment, once_key: str, day: date, at: datetime) -> Quote:
        assert activity.party is not None
        client, by = self.people.clients[what.client], activity.party
        quote = make_quote(activity=activity, client=client, title=what.text, once_key=once_key, by=by, at=at)
        vat = advice_for(quote, at).suggested
        content = Content(title=what.text, valid_until=day + timedelta(days=30), term_days=30)
        lines = [NewLine(what.text, what.quantity, what.unit, what.price, what.discount, vat)]
        write_quote(quote=quote, content=content, lines=lines, by=by, at=at)
        send_quote(quote=quote, by=by, at=at)
        return quote

    def _invoice(self, quote: Quote, what: DemoAssignment, at: datetime) -> Invoice:
        quote = Quote.objects.get(pk=quote.pk)
        seen = sum(left_to_invoice(quote).values())
        invoice = invoice_order(quote=quote, part=None, seen=seen, by=quote.created_by, at=at)
        pays = self.demo.clients[what.client].pays_after
        self.money.to_be_paid.append((invoice.issue_date + timedelta(days=pays), invoice))
        return invoice

    def _work_inside(self, what: DemoInside, at: datetime) -> None:
        """Ordered by the business that needs it, and invoiced at once, on the first day on which it may spend as much: between the
        day on which a client's money is free and the next on which it is paid out."""
        seller, buyer = (self.opened[self.demo.businesses[place].name] for place in (what.seller, what.buyer))
        if available(buyer, at) < what.amount:
            return
        self.worked_inside.add(what)
        offered = offer_inside(
            seller=seller, buyer=buyer, what=what.what, amount=what.amount, once_key=what.what, by=seller.party, at=at
        )
        order = move_order(order=offered, to=offered.State.ORDERED, by=buyer.party, at=at)
        invoice_inside(order=order, amount=what.amount, seen=what.amount, by=seller.party, at=at)

    def _self_bill(self, who: int, vat_number: str, day: date, at: datetime) -> None:
        """The member agrees, and the treasurer for the co-op."""
        member, place = self.people.members[who], self.demo.people[who].home
        details = {
            "vat_number": vat_number, "street": place.street, "postcode": self.demo.postcode, "city": self.demo.city,
            "country": self.demo.country,
        }  # fmt: skip
        asked = ask(membership=member, details=details, vat=VatChoice("S", 210), is_small=False, since=day, at=at)
        sign(agreement=asked, by=self.people.office("treasurer"), at=at)

    def _spend(self, activity: Activity, what: str, amount: int, day: date, at: datetime) -> None:
        assert activity.party is not None
        told = tell_expense(
            activity=activity, what=what, amount=amount, spent_on=day, picture=None, once_key=f"{activity.pk}-{what}",
            by=activity.party, at=at,
        )  # fmt: skip
        if told.state == told.State.ASKED:
            decide_expense(expense=told, approved=True, by=self.people.office("treasurer"), at=at + timedelta(hours=2))
