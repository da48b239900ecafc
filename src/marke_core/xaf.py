"""Writes an audit file: XML Auditfile Financieel (XAF) 3.2, which Dutch bookkeeping programs and tax inspectors read.

The file is a stream of pieces, so that a book of any length needs no memory. Totals stand before the lines that they count,
so the caller names them first, and what was written is held against them at the end.

Amounts come in minor units of one currency, debit positive; the file says D or C and an amount above zero.
Source: Belastingdienst and Stichting XBRL/SoftwarePakket, XML Auditfile Financieel 3.2 (2014); names and order of elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from xml.sax.saxutils import escape

NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What 20 digits hold, and 35 characters of an identification.
MOST_DIGITS, LONGEST_ID = 20, 35


class NotExpressible(ValueError):
    """The format has no place for it: three decimals, more than twenty digits, a name of an account that is too long."""


class TotalsDisagree(ValueError):
    """The lines that were written do not add up to the totals that were announced: the books changed meanwhile."""


class Company(NamedTuple):
    ident: str
    name: str
    country: str
    tax_number: str
    street: str = ""
    postcode: str = ""
    city: str = ""


class Relation(NamedTuple):
    """`kind`: C a customer, S a supplier (somebody to whom the company owes), B both."""

    ident: str
    name: str
    kind: str
    country: str = ""
    tax_number: str = ""


class LedgerAccount(NamedTuple):
    """`kind`: B of the balance sheet, P of the result."""

    ident: str
    name: str
    kind: str


class Period(NamedTuple):
    number: int
    name: str
    first: date
    last: date


class Journal(NamedTuple):
    """`kind`: S sales, P purchases, B bank, M memorial."""

    ident: str
    name: str
    kind: str


class Line(NamedTuple):
    account: str
    amount: int
    text: str = ""
    relation: str = ""


class Entry(NamedTuple):
    number: int
    day: date
    period: int
    text: str
    document: str
    lines: Sequence[Line]


class Totals(NamedTuple):
    lines: int
    debit: int
    credit: int


class File(NamedTuple):
    company: Company
    currency: str
    digits: int
    first: date
    last: date
    made_on: date
    software: str
    version: str
    accounts: Sequence[LedgerAccount]
    relations: Sequence[Relation]
    periods: Sequence[Period]
    opening: Sequence[tuple[str, int]]  # account and balance before the first day
    journals: Sequence[Journal]
    entries: Callable[[Journal], Iterable[Entry]]
    totals: Totals


def audit_file(file: File) -> Iterator[str]:
    """The file, piece by piece.

    Raises: NotExpressible, and TotalsDisagree at the end of the lines.
    """
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<auditfile xmlns="{NAMESPACE}">\n'
    yield _header(file)
    yield "<company>\n" + _company(file.company)
    yield "<customersSuppliers>\n"
    yield from map(_relation, file.relations)
    yield "</customersSuppliers>\n"
    if file.accounts:  # the format has no empty general ledger
        yield "<generalLedger>\n"
        yield from map(_account, file.accounts)
        yield "</generalLedger>\n"
    yield "<periods>\n"
    yield from map(_period, file.periods)
    yield "</periods>\n"
    yield from _opening(file)
    yield from _transactions(file)
    yield "</company>\n</auditfile>\n"


def text(words: str, most: int) -> str:
    """On one line, without what XML cannot hold, cut to `most` characters, escaped."""
    return escape(" ".join(_NOT_XML.sub("", words).split())[:most])


def _tag(name: str, words: str, most: int = 999) -> str:
    said = text(words, most)
    return f"<{name}>{said}</{name}>" if said else ""


def _ident(words: str) -> str:
    said = _NOT_XML.sub("", words)
    if not 0 < len(said) <= LONGEST_ID:
        raise NotExpressible(f"“{words}” has {len(said)} characters; an identification has 1 to {LONGEST_ID}")
    return escape(said)


def _amount(minor: int, digits: int) -> str:
    """`minor` is not negative."""
    value = Decimal(minor).scaleb(-digits)
    if digits > 2:
        if value != round(value, 2):
            raise NotExpressible(f"{value} has more than two decimals")
        value = round(value, 2)
    if len(value.as_tuple().digits) > MOST_DIGITS:
        raise NotExpressible(f"{value} has more than {MOST_DIGITS} digits")
    return f"{value:f}"


def _sided(amount: int, digits: int) -> str:
    return f"<amnt>{_amount(abs(amount), digits)}</amnt><amntTp>{'C' if amount < 0 else 'D'}</amntTp>"


def _totals(totals: Totals, digits: int) -> str:
    return (
        f"<linesCount>{totals.lines}</linesCount><totalDebit>{_amount(totals.debit, digits)}</totalDebit>"
        f"<totalCredit>{_amount(totals.credit, digits)}</totalCredit>\n"
    )


def _header(file: File) -> str:
    year = str(file.first.year) if file.first.year == file.last.year else f"{file.first.year}-{file.last.year}"
    return (
        f"<header><fiscalYear>{year}</fiscalYear><startDate>{file.first}</startDate><endDate>{file.last}</endDate>"
        f"<curCode>{text(file.currency, 3)}</curCode><dateCreated>{file.made_on}</dateCreated>"
        f"{_tag('softwareDesc', file.software, 50)}{_tag('softwareVersion', file.version, 20)}</header>\n"
    )


def _company(company: Company) -> str:
    address = _tag("streetname", company.street) + _tag("city", company.city, 50) + _tag("postalCode", company.postcode, 10)
    if address:
        address = f"<streetAddress>{address}{_tag('country', company.country, 2)}</streetAddress>"
    tax_number = text(company.tax_number, 30)
    return (
        f"{_tag('companyIdent', company.ident, LONGEST_ID)}<companyName>{text(company.name, 999)}</companyName>"
        f"<taxRegistrationCountry>{text(company.country, 2)}</taxRegistrationCountry>"
        f"<taxRegIdent>{tax_number}</taxRegIdent>{address}\n"
    )


def _relation(relation: Relation) -> str:
    return (
        f"<customerSupplier><custSupID>{_ident(relation.ident)}</custSupID>{_tag('custSupName', relation.name, 50)}"
        f"{_tag('taxRegistrationCountry', relation.country, 2) if relation.tax_number else ''}"
        f"{_tag('taxRegIdent', relation.tax_number, 30)}<custSupTp>{relation.kind}</custSupTp></customerSupplier>\n"
    )


def _account(account: LedgerAccount) -> str:
    return (
        f"<ledgerAccount><accID>{_ident(account.ident)}</accID><accDesc>{text(account.name, 999)}</accDesc>"
        f"<accTp>{account.kind}</accTp></ledgerAccount>\n"
    )


def _period(period: Period) -> str:
    return (
        f"<period><periodNumber>{period.number}</periodNumber>{_tag('periodDesc', period.name, 50)}"
        f"<startDatePeriod>{period.first}</startDatePeriod><endDatePeriod>{period.last}</endDatePeriod></period>\n"
    )


def _opening(file: File) -> Iterator[str]:
    lines = [(account, amount) for account, amount in file.opening if amount]
    debit = sum(amount for _account, amount in lines if amount > 0)
    totals = Totals(len(lines), debit, -sum(amount for _account, amount in lines if amount < 0))
    yield f"<openingBalance><opBalDate>{file.first}</opBalDate>{_totals(totals, file.digits)}"
    for number, (account, amount) in enumerate(lines, start=1):
        yield f"<obLine><nr>{number}</nr><accID>{_ident(account)}</accID>{_sided(amount, file.digits)}</obLine>\n"
    yield "</openingBalance>\n"


def _transactions(file: File) -> Iterator[str]:
    lines = debit = credit = 0
    yield f"<transactions>{_totals(file.totals, file.digits)}"
    for journal in file.journals:
        yield (
            f"<journal><jrnID>{_ident(journal.ident)}</jrnID><desc>{text(journal.name, 9999)}</desc>"
            f"<jrnTp>{journal.kind}</jrnTp>\n"
        )
        for entry in file.entries(journal):
            yield _entry(entry, file.digits)
            lines += len(entry.lines)
            debit += sum(line.amount for line in entry.lines if line.amount > 0)
            credit -= sum(line.amount for line in entry.lines if line.amount < 0)
        yield "</journal>\n"
    if Totals(lines, debit, credit) != file.totals:
        raise TotalsDisagree(f"{lines} lines of {debit} and {credit} were written, {tuple(file.totals)} were announced")
    yield "</transactions>\n"


def _entry(entry: Entry, digits: int) -> str:
    document = text(entry.document, 999)
    said = [
        f"<transaction><nr>{entry.number}</nr>{_tag('desc', entry.text, 9999)}"
        f"<periodNumber>{entry.period}</periodNumber><trDt>{entry.day}</trDt>\n"
    ]
    said += [
        f"<trLine><nr>{number}</nr><accID>{_ident(line.account)}</accID><docRef>{document}</docRef>"
        f"<effDate>{entry.day}</effDate>{_tag('desc', line.text, 9999)}{_sided(line.amount, digits)}"
        f"{f'<custSupID>{_ident(line.relation)}</custSupID>' if line.relation else ''}</trLine>\n"
        for number, line in enumerate(entry.lines, start=1)
    ]
    return "".join([*said, "</transaction>\n"])
