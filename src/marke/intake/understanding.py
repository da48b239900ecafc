"""What a spreadsheet says, row by row, and what in it does not add up. Reads nothing and writes nothing: the co-op's side
of the comparison comes in as `Known`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.money import NotAnAmount, format_money, parse_money
from marke.intake.columns import engagement_of, is_total, plain

NEW, PRESENT, FAULTY, TOTAL = "new", "present", "faulty", "total"
MAX_SHARES = 1_000_000
TEXT_LENGTHS = {"name": 120, "street": 200, "postcode": 20, "city": 100}


@dataclass(frozen=True)
class Known:
    """What the co-op knows already. `price` is that of one share, minor units; None where no rule says it."""

    currency: str
    country: str
    today: date
    price: int | None
    emails: frozenset[str]  # of members and applicants, lower case
    names: frozenset[str]  # of members and applicants, `plain`
    names_without_email: frozenset[str]  # of those among them whose address is not known


@dataclass
class Row:
    line: int  # in the file
    status: str = NEW
    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    joined: date | None = None
    engagement: str = "self_employed"
    shares: int = 0
    share_amount: int = 0
    balance: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Understanding:
    rows: list[Row]
    problems: list[str]  # of the file as a whole
    notes: list[str]

    def of(self, status: str) -> list[Row]:
        return [row for row in self.rows if row.status == status]

    @property
    def new(self) -> list[Row]:
        return self.of(NEW)

    @property
    def faulty(self) -> list[Row]:
        return self.of(FAULTY)

    @property
    def present(self) -> list[Row]:
        return self.of(PRESENT)

    @property
    def adds_up(self) -> bool:
        return not self.problems and not self.faulty

    @property
    def shares(self) -> int:
        return sum(row.shares for row in self.new)

    @property
    def share_amount(self) -> int:
        return sum(row.share_amount for row in self.new)

    @property
    def balance(self) -> int:
        return sum(row.balance for row in self.new)


def understand(
    header: Sequence[str], rows: Sequence[Sequence[str]], mapping: Sequence[str], first_line: int, known: Known
) -> Understanding:
    read = (_read(dict(_cells(row, mapping)), first_line + place, known) for place, row in enumerate(rows))
    found = [row for row in read if row is not None]
    _find_doubles(found)
    problems = [*_missing_columns(mapping), *_totals(found, known.currency)]
    return Understanding(found, problems, _left_out(header, rows, mapping))


def _cells(row: Sequence[str], mapping: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, cell) for name, cell in zip(mapping, row, strict=False) if name]


def _read(cells: Mapping[str, str], line: int, known: Known) -> Row | None:
    if not any(cells.values()):
        return None
    row = Row(line)
    row.name = cells.get("name") or " ".join(filter(None, (cells.get("first_name"), cells.get("last_name"))))
    row.street, row.postcode, row.city = (cells.get(key, "") for key in ("street", "postcode", "city"))
    row.balance = _amount(row, cells.get("balance", ""), known.currency)
    row.shares = _count(row, cells.get("shares", ""))
    row.share_amount = _amount(row, cells.get("share_amount", ""), known.currency)
    money = row.shares or row.share_amount or row.balance
    who = row.name or cells.get("email") or cells.get("phone")
    if is_total(row.name) or (money and not who):
        row.status = TOTAL
        return row
    _read_person(row, cells, known)
    _compare_shares(row, bool(cells.get("share_amount")), known)
    if row.email in known.emails and row.email:
        row.status = PRESENT
        row.notes.append(_("%(email)s already belongs to the co-op, so this row is left out.") % {"email": row.email})
    elif plain(row.name) in (known.names_without_email if row.email else known.names):
        row.status = PRESENT
        row.notes.append(_("Somebody named %(name)s already belongs to the co-op, so this row is left out.") % {"name": row.name})
    elif row.problems:
        row.status = FAULTY
    return row


def _read_person(row: Row, cells: Mapping[str, str], known: Known) -> None:
    if not row.name:
        row.problems.append(_("There is no name."))
    elif row.name[0] in "=+@" or not any(char.isalnum() for char in row.name) or "<" in row.name:
        row.problems.append(_("“%(text)s” is not a name. Write the name itself.") % {"text": row.name[:60]})
    for key, most in TEXT_LENGTHS.items():
        if len(getattr(row, key)) > most:
            row.problems.append(
                _("“%(text)s…” is longer than %(most)d characters. Shorten it.") % {"text": getattr(row, key)[:30], "most": most}
            )
    row.email = _email(row, cells.get("email", ""))
    row.phone = _phone(row, cells.get("phone", ""))
    row.joined = _day(row, cells.get("joined", ""), known)
    if text := cells.get("engagement", ""):
        kind = engagement_of(text)
        if kind is None:
            row.problems.append(
                _("“%(text)s” is no way of working that is known. Write self-employed, employee, occasional or volunteer.")
                % {"text": text[:60]}
            )
        else:
            row.engagement = kind


def _email(row: Row, text: str) -> str:
    text = text.strip().removeprefix("mailto:").lower()
    if not text:
        return ""
    try:
        validate_email(text)
        if len(text) > 254:
            raise ValidationError("long")
    except ValidationError:
        row.problems.append(_("“%(text)s” is not a mail address. Write it like amina@example.org.") % {"text": text[:60]})
        return ""
    return text


def _phone(row: Row, text: str) -> str:
    digits = re.sub(r"[\s().\-/]|\.0+$", "", text)
    if digits and not re.fullmatch(r"\+?[0-9]{6,20}", digits):
        row.problems.append(_("“%(text)s” is not a telephone number. Write it like +32 470 12 34 56.") % {"text": text[:60]})
        return ""
    return digits


def _day(row: Row, text: str, known: Known) -> date | None:
    if not text:
        return None
    american = known.country == "US"
    patterns = ["%Y-%m-%d", "%m/%d/%Y" if american else "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%y", "%d/%m/%y"]
    for pattern in patterns:
        try:
            day = datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 a calendar day
        except ValueError:
            continue
        if date(1900, 1, 1) <= day <= known.today:
            return day
        row.problems.append(_("“%(text)s” cannot be when somebody joined: it lies outside 1900 to today.") % {"text": text[:30]})
        return None
    row.problems.append(_("“%(text)s” is not a date. Write it like 2026-03-31.") % {"text": text[:30]})
    return None


def _amount(row: Row, text: str, currency: str) -> int:
    if not text or text in ("-", "–", "—"):
        return 0
    try:
        return parse_money(text, currency)
    except NotAnAmount as error:
        row.problems.append(str(error))
        return 0


def _count(row: Row, text: str) -> int:
    if not text or text in ("-", "–", "—"):
        return 0
    digits = re.sub(r"[.,]0+$", "", text.strip())
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9 or int(digits) > MAX_SHARES:
        row.problems.append(_("“%(text)s” is not a number of shares. Write a whole number like 2.") % {"text": text[:40]})
        return 0
    return int(digits)


def _compare_shares(row: Row, amount_given: bool, known: Known) -> None:
    """Shares, what was paid and the price of one must fit; of two of them the third follows."""
    if row.share_amount < 0:
        row.problems.append(_("Less than nothing was paid for shares. Leave the cell empty when nothing was."))
        return
    if row.shares and amount_given and known.price is not None and row.shares * known.price != row.share_amount:
        row.problems.append(
            _("%(shares)d shares of %(price)s are %(due)s, but %(paid)s was paid.")
            % {
                "shares": row.shares,
                "price": format_money(known.price, known.currency),
                "due": format_money(row.shares * known.price, known.currency),
                "paid": format_money(row.share_amount, known.currency),
            }
        )
    elif row.shares and not amount_given:
        if known.price is None:
            row.problems.append(_("What was paid for the shares is missing, and no rule says the price of one."))
        else:
            row.share_amount = row.shares * known.price
    elif row.share_amount and not row.shares:
        if not known.price or row.share_amount % known.price:
            row.problems.append(
                _("%(paid)s does not say how many shares that is. Write the number of shares too.")
                % {"paid": format_money(row.share_amount, known.currency)}
            )
        else:
            row.shares = row.share_amount // known.price


def _find_doubles(rows: Sequence[Row]) -> None:
    """The same mail address twice, or the same name twice without addresses that tell them apart."""
    first: dict[str, Row] = {}
    for row in rows:
        if row.status in (TOTAL, PRESENT):
            continue
        earlier = first.setdefault(row.email or plain(row.name), row)
        if earlier is not row and (row.email or row.name):
            row.status = FAULTY
            row.problems.append(
                _("%(what)s stands in line %(line)d too. Keep one of the two.")
                % {"what": row.email or row.name, "line": earlier.line}
            )


def _missing_columns(mapping: Sequence[str]) -> list[str]:
    if {"name", "first_name", "last_name"} & set(mapping):
        return []
    return [_("No column holds the names. Say below which one does.")]


def _totals(rows: Sequence[Row], currency: str) -> list[str]:
    """A row of totals must be the sum of the rows above it."""
    problems: list[str] = []
    people = [row for row in rows if row.status != TOTAL]
    for total in (row for row in rows if row.status == TOTAL):
        above = [row for row in people if row.line < total.line]
        for label, said, summed, text in (
            (_("shares"), total.shares, sum(r.shares for r in above), str),
            (_("paid for shares"), total.share_amount, sum(r.share_amount for r in above), None),
            (_("still to be paid"), total.balance, sum(r.balance for r in above), None),
        ):
            if said and said != summed:
                write = text or (lambda amount: format_money(amount, currency))
                problems.append(
                    _("Line %(line)d says %(said)s in all (%(label)s), but the rows above it make %(summed)s.")
                    % {"line": total.line, "said": write(said), "label": label, "summed": write(summed)}
                )
        problems.extend(_("Line %(line)d: %(problem)s") % {"line": total.line, "problem": p} for p in total.problems)
    return problems


def _left_out(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: Sequence[str]) -> list[str]:
    unknown = [
        title or _("column %(n)d") % {"n": place + 1}
        for place, (title, name) in enumerate(zip(header, mapping, strict=False))
        if not name and any(row[place] for row in rows)
    ]
    if not unknown:
        return []
    told = ngettext(
        "This column is not understood and is left out: %(names)s.",
        "These columns are not understood and are left out: %(names)s.",
        len(unknown),
    )
    return [told % {"names": ", ".join(name[:40] for name in unknown)}]
