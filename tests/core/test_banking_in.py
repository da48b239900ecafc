"""Statements of the bank: read back as they were written, and refused with the line when they cannot be trusted."""

import io
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import coda as febelfin
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from marke_core.banking.bank_csv import Layout, guess, read_bank_csv, read_table
from marke_core.banking.camt053 import looks_like_xml, read_camt053
from marke_core.banking.coda import looks_like_coda, read_coda
from marke_core.banking.recognising import alike, likeness, pair_up, references_in
from marke_core.banking.references import structured_reference
from marke_core.banking.samples import write_bank_csv, write_camt053, write_coda
from marke_core.banking.statements import MOST_MINOR_UNITS, REASONS, BadStatement, Entry, Statement, decimal_to_minor
from tests.factories.bank import DAY, OTHER, OWN, bank_csv, camt, coda, entry, many, statement

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
amounts = st.integers(-(10**11), 10**11).filter(bool)
names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ ", min_size=1, max_size=30).map(lambda text: " ".join(text.split()) or "x")
references = st.one_of(
    st.just(""),
    st.integers(1, 10**10 - 1).map(lambda number: structured_reference("BE", number)),
    st.integers(1, 10**9).map(lambda number: structured_reference("NL", number)),
)
entries = st.builds(
    lambda amount, name, reference, iban, own: entry(amount, name=name, reference=reference, iban=iban, bank_reference=own),
    amounts,
    names,
    references,
    st.sampled_from(["", OTHER]),
    st.text("ABC0123456789", max_size=15),
)
statements = st.lists(entries, min_size=1, max_size=12).flatmap(
    lambda rows: st.integers(-(10**12), 10**12).map(lambda opening: statement(rows, opening=opening))
)


def refused(read: object, content: bytes) -> BadStatement:
    with pytest.raises(BadStatement) as refusal:
        read(content)  # type: ignore[operator]
    assert refusal.value.reason in REASONS
    return refusal.value


def essence(rows: tuple[Entry, ...]) -> list[tuple[object, ...]]:
    return [(row.booked_on, row.amount, row.name, row.iban, row.reference, row.bank_reference) for row in rows]


# Round trips


@settings(max_examples=60, deadline=None)
@given(statements, st.sampled_from([2, 4, 6, 8, 13]), st.sampled_from(["UTF-8", "UTF-16", "ISO-8859-1"]))
def test_camt053_of_every_version_and_charset_is_read_as_it_was_written(one: Statement, version: int, encoding: str) -> None:
    (back,) = read_camt053(write_camt053(one, version=version, encoding=encoding))
    assert essence(back.entries) == essence(one.entries)
    assert (back.iban, back.currency, back.opening, back.closing) == (one.iban, one.currency, one.opening, one.closing)


@settings(max_examples=60, deadline=None)
@given(statements)
def test_coda_is_read_as_it_was_written(one: Statement) -> None:
    (back,) = read_coda(write_coda(one))
    assert essence(back.entries) == essence(one.entries)
    assert (back.iban, back.opening, back.closing, back.closing_on) == (one.iban, one.opening, one.closing, one.closing_on)


@settings(max_examples=60, deadline=None)
@given(statements, st.sampled_from([",", "."]), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%y"]))
def test_a_spreadsheet_is_read_as_it_was_written(one: Statement, decimal: str, dates: str) -> None:
    table = read_table(write_bank_csv(one, decimal=decimal, dates=dates))
    layout = replace(guess(table), decimal=decimal, date_format=dates)
    back = read_bank_csv(table, layout, currency="EUR")
    assert sorted(row[:5] for row in essence(back.entries)) == sorted(row[:5] for row in essence(one.entries))


@settings(max_examples=40, deadline=None)
@given(statements)
def test_what_we_write_as_coda_says_the_same_to_the_reader_of_another_house(one: Statement) -> None:
    """febelfin-coda reads with code of its own, so the layout of our records does not rest on our reading alone."""
    (theirs,) = febelfin.CODA(io.StringIO(write_coda(one).decode("latin-1"))).statements
    assert theirs.account == one.iban
    assert [int(move.amount * 100) for move in theirs.moves] == [row.amount for row in one.entries]
    assert [move.counterparty_name or "" for move in theirs.moves] == [row.name for row in one.entries]
    assert int(theirs.new_balance * 100) == one.closing


@settings(max_examples=200, deadline=None)
@example(b"<:")
@given(st.binary(max_size=400))
def test_no_file_breaks_a_reader(content: bytes) -> None:
    for read in (read_camt053, read_coda, read_table):
        try:
            read(content)
        except BadStatement as refusal:
            assert refusal.reason in REASONS


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from([camt, coda]))
def test_a_file_with_one_changed_byte_is_read_or_refused_and_never_half_believed(place: int, byte: int, write: object) -> None:
    rows = [entry(5_000, name="A", text="t", bank_reference="X"), entry(-250, name="B", bank_reference="Y")]
    content = bytearray(write(rows, opening=100))  # type: ignore[operator]
    content[place % len(content)] = byte
    read = read_camt053 if write is camt else read_coda
    try:
        found = read(bytes(content))
    except BadStatement:
        return
    for one in found:
        if one.opening is not None and one.closing is not None:
            assert one.opening + sum(row.amount for row in one.entries) == one.closing


@pytest.mark.parametrize("write", [camt, coda])
def test_every_truncated_file_is_refused(write: object) -> None:
    content = write([entry(5_000), entry(-250)])  # type: ignore[operator]
    read = read_camt053 if write is camt else read_coda
    last = content.rstrip()
    # The last record of CODA ends in blanks, which editors cut.
    for end in range(1, len(last) - (90 if write is coda else 1), 37):
        refused(read, content[:end])


# camt.053


def test_details_of_a_batch_are_taken_apart_when_they_make_its_amount() -> None:
    parts = [entry(-100, batch_id="B", end_to_end_id="PAY-1-1"), entry(-250, batch_id="B", end_to_end_id="PAY-1-2")]
    content = camt(parts, batches=True)
    (one,) = read_camt053(content)
    assert [(row.amount, row.end_to_end_id, row.batch_id) for row in one.entries] == [
        (-100, "PAY-1-1", "B"),
        (-250, "PAY-1-2", "B"),
    ]
    (whole,) = read_camt053(
        re.sub(rb"<TxDtls>(\s*)<Refs>(.*?)</Refs>\s*<Amt.*?</CdtDbtInd>", rb"<TxDtls><Refs>\2</Refs>", content, flags=re.DOTALL)
    )
    assert [(row.amount, row.batch_id) for row in whole.entries] == [(-350, "B")]


def test_what_is_only_pending_is_left_out() -> None:
    content = camt([entry(7), entry(5)]).replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>", 1).replace(b"0.12", b"0.05")
    (one,) = read_camt053(content)
    assert [row.amount for row in one.entries] == [5]


def test_a_reversal_names_the_side_that_was_there_before() -> None:
    (one,) = read_camt053(camt([entry(-5_000, name="Payer", iban=OTHER, reversal=True)]))
    assert (one.entries[0].name, one.entries[0].reversal, one.entries[0].amount) == ("Payer", True, -5_000)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((b"camt.053", b"camt.052"), "not_this_message"),
        ((b"camt.053", b"pain.001"), "not_a_statement"),
        ((b"CRDT", b"XXXX"), "sign"),
        ((b">50.00<", b">5o.00<"), "amount"),
        ((b">50.00<", b">50.001<"), "amount"),
        ((b">50.00<", b">99999999999999.00<"), "too_much"),
        ((b">50.00<", b">" + b"9" * 5_000 + b"<"), "amount"),
        ((b">50.00<", b">51.00<"), "balance"),
        ((b"<Dt>2026-01-05</Dt></BookgDt>", b""), "date"),
        ((b"2026-01-05", b"2026-02-30"), "date"),
        ((b'Ccy="EUR">50', b'Ccy="USD">50'), "currency"),
        ((b"<IBAN>BE68", b"<IBAN>BE69"), "no_account"),
    ],
)
def test_what_is_wrong_in_camt053_is_named_with_its_line(change: tuple[bytes, bytes], reason: str) -> None:
    content = camt([entry(5_000)], opening=100)
    if reason == "date" and not change[1]:
        content = content.replace(b"<BookgDt>", b"<BookgDt><Dt>soon</Dt>").replace(b"<Dt>soon</Dt>\n", b"<Dt>soon</Dt>")
    else:
        content = content.replace(*change)
    assert refused(read_camt053, content).reason == reason


def test_entities_are_refused_before_anything_is_read() -> None:
    bomb = b'<?xml version="1.0"?>\n<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    )
    for content in (bomb + b"]><b>&j;</b>", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "<!DOCTYPE a><a/>".encode("utf-16")):
        assert refused(read_camt053, content).reason == "entities"


NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"])
@pytest.mark.parametrize(
    "declared", ['<!ENTITY a "' + "a" * 999 + '"><!ENTITY b "' + "&a;" * 999 + '">', '<!ENTITY b SYSTEM "file:///etc/passwd">']
)
def test_entities_are_refused_however_the_file_is_written(encoding: str, declared: str) -> None:
    said = "utf-16" if encoding.startswith("utf-16") else encoding
    text = f'<?xml version="1.0" encoding="{said}"?><!DOCTYPE Document [{declared}]><Document xmlns="{NAMESPACE}"><a b="x">&b;</a></Document>'
    content = text.encode(encoding)
    if encoding == "utf-7":  # letters that only this encoding knows, so that no search for "<!" finds them
        content = text.replace("<!", "+ADwAIQ-").encode()
    assert refused(read_camt053, content).reason in ("entities", "xml")


def test_more_elements_than_a_statement_can_need_are_refused_before_they_fill_the_memory() -> None:
    content = camt([entry(7)]).replace(b"<Bal>", b"<x/>" * 2_000_100 + b"<Bal>", 1)
    assert refused(read_camt053, content).reason == "too_many"


def test_an_endless_blank_is_refused() -> None:
    blank = b" " * (20 * 2**20)
    assert refused(read_camt053, camt([entry(7)]).replace(b"<Bal>", blank + b"<Bal>", 1)).reason == "xml"
    assert refused(read_camt053, blank).reason == "empty"


@pytest.mark.parametrize("amount", [b"1e30", b"1" + b"0" * 30, b"NaN", b"-0.00", b"-1", b"+1", b"Infinity", "٥".encode(), b""])
def test_what_is_no_amount_is_named(amount: bytes) -> None:
    assert refused(read_camt053, camt([entry(5_000)]).replace(b">50.00<", b">" + amount + b"<")).reason == "amount"


@pytest.mark.parametrize("hidden", [b"\0", b"&#0;", b"\x08", b"&#xFFFF;"])
def test_letters_that_are_none_are_refused(hidden: bytes) -> None:
    assert refused(read_camt053, camt([entry(7, name="Zoe")]).replace(b"Zoe", b"Z" + hidden)).reason == "xml"


def test_endless_depth_is_refused() -> None:
    content = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">' + b"<a>" * 100_000
    assert refused(read_camt053, content).reason == "xml"


def test_latin_1_that_calls_itself_utf_8_is_refused_with_its_line() -> None:
    refusal = refused(read_camt053, camt([entry(7, name="Zoe")]).replace(b"Zoe", b"Zo\xeb"))
    assert (refusal.reason, refusal.line > 1) == ("xml", True)


# CODA


@pytest.mark.parametrize(
    ("line", "place", "text", "reason"),
    [
        (1, 0, "7", "record"),
        (1, 42, "x", "amount"),
        (1, 5, "BE69", "no_account"),
        (2, 32, "00000000000500o", "amount"),
        (2, 115, "320126", "date"),
        (2, 47, "999999", "date"),
        (4, 0, "8", "amount"),
        (3, 2, "0009", "order"),
        (5, 42, "9", "balance"),
        (6, 16, "000009", "records"),
        (6, 37, "000000000009990", "totals"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_coda_is_named_with_its_line(line: int, place: int, text: str, reason: str) -> None:
    lines = coda([entry(5_000, name="A")], opening=100).decode().splitlines()
    lines[line] = lines[line][:place] + text + lines[line][place + len(text) :]
    refusal = refused(read_coda, "\r\n".join(lines).encode())
    assert (refusal.reason, refusal.line) == (reason, 2 if reason == "balance" else line + 1)


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_coda_is_read_with_any_line_ending_and_without_its_trailing_blanks(ending: str) -> None:
    rows = [entry(5_000, name="Zoe"), entry(-250, name="B")]
    lines = [line.rstrip() for line in coda(rows).decode("latin-1").splitlines()]
    assert [row.amount for row in read_coda(ending.join(lines).encode())[0].entries] == [5_000, -250]


@pytest.mark.parametrize("broken", [lambda line: line[:100], lambda line: line + "X", lambda line: "\u0660" + line[1:]])
def test_coda_with_short_long_or_foreign_records_is_refused(broken: Callable[[str], str]) -> None:
    lines = coda([entry(5_000, name="Zoe")]).decode("latin-1").splitlines()
    refused(read_coda, "\n".join(broken(line) for line in lines).encode())


def test_coda_details_that_make_the_total_are_taken_apart_and_those_that_explain_it_are_not() -> None:
    lines = coda([entry(-300), entry(-100), entry(-200)]).decode().splitlines()

    def moved(kind: str) -> bytes:
        """The first is the whole, the others are its parts."""
        changed = []
        for line in lines:
            if line[:2] in ("21", "22", "23"):
                detail = {"0001": "0000", "0002": "0001", "0003": "0002"}[line[2:6]]
                line = line[:2] + "0001" + detail + line[10:]
                if line[:2] == "21" and detail != "0000":
                    line = line[:53] + kind + line[54:]
                elif line[:2] == "21":
                    line = line[:53] + "1" + line[54:]
            changed.append(line)
        total = "8" + lines[-2][1:41] + "1" + f"{3_000:015d}" + lines[-2][57:]
        trailer = lines[-1][:22] + f"{3_000:015d}" + lines[-1][37:]
        return "\r\n".join([*changed[:-2], total, trailer]).encode()

    assert [row.amount for row in read_coda(moved("5"))[0].entries] == [-100, -200]
    assert [row.amount for row in read_coda(moved("7"))[0].entries] == [-300]


# CSV


def test_titles_above_and_totals_below_are_not_entries() -> None:
    sheet = "My bank\n\nDate;Amount;Description\n05/01/2026;1.204,50;a\n06/01/2026;-3,20;b\n"
    table = read_table(sheet.encode())
    one = read_bank_csv(table, guess(table), currency="EUR")
    assert [row.amount for row in one.entries] == [120_450, -320]
    assert one.entries[0].line == 4


def test_debit_and_credit_columns_and_words_for_in_and_out() -> None:
    two = read_table(b"Datum;Af bedrag;Bij bedrag;Omschrijving\n05-01-2026;12,50;;x\n05-01-2026;;3,00;y\n")
    layout = Layout(("date", "debit", "credit", "text"), "%d-%m-%Y", ",")
    assert [row.amount for row in read_bank_csv(two, layout, currency="EUR").entries] == [-1_250, 300]
    words = read_table(
        b"Datum;Naam / Omschrijving;Tegenrekening;Af Bij;Bedrag (EUR)\n20260105;Bo;;Af;1,00\n20260105;Cy;;Bij;2,00\n"
    )
    assert [row.amount for row in read_bank_csv(words, guess(words), currency="EUR").entries] == [-100, 200]


def test_a_column_of_balances_that_agrees_gives_the_opening_and_the_closing() -> None:
    sheet = b"Date,Amount,Balance,Text\n2026-01-06,5.00,115.00,b\n2026-01-05,10.00,110.00,a\n"
    table = read_table(sheet)
    one = read_bank_csv(table, guess(table), currency="EUR")
    assert (one.opening, one.closing, [row.text for row in one.entries]) == (10_000, 11_500, ["a", "b"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le"])
def test_a_spreadsheet_of_any_charset_is_read(encoding: str) -> None:
    table = read_table("Datum;Bedrag;Naam\n05/01/2026;1,00;Zoë\n".encode(encoding))
    assert table.rows[0][2] == "Zoë"


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ("Date;Amount;Text\n05/01/2026;1.20.4,50;a\n", "amount"),
        ("Date;Amount;Text\n05/01/2026;;a\n", "amount"),
        ("Date;Amount;Text\nsoon;1,00;a\n", "date"),
        ("Date;Amount;Currency\n05/01/2026;1,00;USD\n", "currency"),
        ("Date;Amount;Text\n05/01/2026;999999999999999;a\n", "too_much"),
        ("Date;Amount;Text\n", "no_statement"),
        ("hello", "columns"),
        ("", "empty"),
        ("%PDF-1.7", "not_a_statement"),
        ("PK\x03\x04", "not_a_statement"),
        ('Date;Amount;Text\n05/01/2026;1,00;"a\n06/01/2026;2,00;b\n', "csv"),
        ('Date;Amount;Text\n05/01/2026;1,00;"a\n06/01/2026;2,00;"b"\n', "csv"),
        ("Date;Amount;Text\n05/01/2026;1,00;a\n06/01/2026;2,0", "truncated"),
        (";".join(["Date", "Amount", *["c"] * 10_000]) + "\n05/01/2026;1,00;a\n", "csv"),
        *(
            (f"Date;Amount;Text\n05/01/2026;{amount};a\n", "amount")
            for amount in ("NaN", "1e30", "-0.0.0", "Infinity", "0x10", "٥٠")
        ),
        ("Date;Amount;Text\n05/01/2026;" + "1" + "0" * 30 + ";a\n", "amount"),
        ("Date;Amount;Text\n05/01/2026;1,00;a\0b\n", "encoding"),
        ("Date;Amount;Text\n" + "\n" * 100_031, "too_many"),
    ],
)
def test_what_is_wrong_in_a_spreadsheet_is_named(sheet: str, reason: str) -> None:
    def read(content: bytes) -> object:
        table = read_table(content)
        return read_bank_csv(table, guess(table), currency="EUR")

    assert refused(read, sheet.encode()).reason == reason


def test_quotes_that_a_bank_puts_as_it_pleases_are_read_and_so_are_cells_of_several_lines() -> None:
    for text, read in (('"De Kroon" BV', "De Kroon BV"), ('De "Kroon" BV', 'De "Kroon" BV'), ('"two\nlines"', "two lines")):
        table = read_table(f"Date;Amount;Text\n05/01/2026;1,00;{text}\n06/01/2026;2,00;b".encode())
        assert [row[2] for row in table.rows] == [read, "b"]


def test_a_zero_with_a_minus_moves_nothing() -> None:
    table = read_table(b"Date;Amount;Text\n05/01/2026;-0,00;a\n06/01/2026;2,00;b\n")
    assert [row.amount for row in read_bank_csv(table, guess(table), currency="EUR").entries] == [200]


def test_a_long_month_is_read_in_any_format() -> None:
    rows = many(2_000)
    assert len(read_camt053(camt(rows))[0].entries) == len(read_coda(coda(rows))[0].entries) == 2_000
    assert len(read_table(bank_csv(rows)).rows) == 2_000


# Recognising


@given(st.integers(0, MOST_MINOR_UNITS), st.sampled_from(["EUR", "JPY", "TND"]))
def test_an_amount_is_read_as_it_is_written(minor: int, currency: str) -> None:
    digits = {"EUR": 2, "JPY": 0, "TND": 3}[currency]
    text = f"{minor // 10**digits}" + (f".{minor % 10**digits:0{digits}d}" if digits else "")
    assert decimal_to_minor(text, currency, 1) == minor


def test_a_file_is_told_apart_by_its_beginning() -> None:
    assert looks_like_xml(camt([entry(7)])) and not looks_like_coda(camt([entry(7)]))
    assert looks_like_coda(coda([entry(7)])) and not looks_like_xml(coda([entry(7)]))
    assert not looks_like_coda(bank_csv([entry(7)]))


def test_references_are_found_in_free_text_only_when_their_digits_check() -> None:
    assert references_in("pay +++000/0000/00101+++ please") == ["000000000101"]
    assert references_in("RF18 5390 0754 7034 thank you") == ["RF18539007547034"]
    assert references_in("000/0000/00102 and 12345678901234") == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("DIALLO AMINA", "Amina Diallo", True),
        ("Mevr. A. Diallo", "Diallo", True),
        ("Zoë Ámber", "ZOE AMBER", True),
        ("Bakkerij De Ko", "Bakkerij De Korenbloem", True),
        ("Amina Diallo", "Amina Benali", False),
        ("", "", True),
    ],
)
def test_names_are_compared_by_their_words(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same


def test_movements_of_one_day_and_amount_are_paired_by_likeness_and_each_once() -> None:
    a, b = entry(100, name="Ann"), entry(100, name="Bob")
    assert pair_up([a, b], [b, a], same_format=[False, False]) == {0: 1, 1: 0}
    assert pair_up([a, a], [a], same_format=[False]) == {0: 0}
    assert likeness(a, b, same_format=False) == -1
    assert likeness(replace(a, bank_reference="X"), replace(a, bank_reference="Y"), same_format=True) == -1
    assert likeness(replace(a, bank_reference="X"), replace(a, bank_reference="Y"), same_format=False) > 0
    assert a.booked_on == DAY and OWN


def test_thousands_of_fees_of_one_day_are_paired_without_holding_each_against_each() -> None:
    fees = [entry(1_000, name=f"Member {n}", text="fee") for n in range(5_000)]
    told_by_another_format = [replace(fee, text=f"{fee.text} thank you", bank_reference=f"C{fee.name}") for fee in fees]
    for known, same_format in ((fees[::-1], True), (told_by_another_format[::-1], False)):
        began = time.process_time()
        pairs = pair_up(fees, known, same_format=[same_format] * len(known))
        assert pairs == {n: len(fees) - 1 - n for n in range(len(fees))}
        assert time.process_time() - began < 5  # each against each takes minutes


def test_of_those_that_look_the_same_only_as_many_are_known_as_there_were() -> None:
    fee = entry(1_000, name="Ann", text="fee")
    more = [replace(fee, bank_reference=reference) for reference in ("X", "Y", "Z")]
    assert pair_up([fee, fee, fee], [fee, fee], same_format=[True, True]) == {0: 0, 1: 1}
    assert pair_up(more, [more[2], replace(fee, bank_reference="W")], same_format=[True, True]) == {2: 0}
    # What agrees in more goes first, whatever the order.
    assert pair_up([replace(fee, text="fee of may"), fee], [fee], same_format=[False]) == {1: 0}
