"""Files as people have them, and files as they should not be."""

import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from marke.intake import reading, template_file
from marke.intake.columns import FIELDS, SYNONYMS, engagement_of, field_of, guess
from marke.intake.reading import CannotBeRead, read_table
from marke.parties.models import Membership

LIST = "Naam;E-mail;Aandelen;Saldo\nÇağla Öztürk;cagla@example.org;2;1.204,50\nJürgen Groß;;1;0\n"


def xlsx(*rows: list[Any]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.worksheets[0].append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_in_unicode_is_read(encoding: str) -> None:
    table = read_table(LIST.encode(encoding))
    assert table.header == ["Naam", "E-mail", "Aandelen", "Saldo"]
    assert table.rows[0] == ["Çağla Öztürk", "cagla@example.org", "2", "1.204,50"]


def test_a_list_from_excel_on_windows_is_read() -> None:
    table = read_table("Nom;Prénom;Téléphone\nGroß;Jürgen;0470 12 34 56 €\n".encode("cp1252"))
    assert table.rows == [["Groß", "Jürgen", "0470 12 34 56 €"]]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(mark: str) -> None:
    content = "\r\n".join(mark.join(row) for row in (["name", "email", "shares"], ["Amina", "a@example.org", "2"]))
    assert read_table(content.encode()).rows == [["Amina", "a@example.org", "2"]]


def test_commas_within_amounts_do_not_cut_columns() -> None:
    table = read_table(b"name;balance\nAmina;12,50\nBo;7,25\nCem;1,00\n")
    assert [row[1] for row in table.rows] == ["12,50", "7,25", "1,00"]


def test_excels_own_word_about_the_delimiter_is_heard() -> None:
    assert read_table(b"sep=|\nname|email\nAmina|a@example.org\n").header == ["name", "email"]


def test_quoted_cells_may_hold_marks_and_breaks() -> None:
    assert read_table(b'name,address\n"Kaya, Amina","Kerkstraat 1\nGent"\n').rows == [["Kaya, Amina", "Kerkstraat 1 Gent"]]


def test_titles_and_empty_lines_above_the_names_of_columns_are_skipped() -> None:
    table = read_table(b"Our members;;\n\nName;Mail;Shares\nAmina;a@example.org;2\n;;\n")
    assert (table.header, table.first_line) == (["Name", "Mail", "Shares"], 4)
    assert len(table.rows) == 1


def test_a_workbook_is_read_with_its_numbers_and_dates() -> None:
    table = read_table(
        xlsx(["Name", "Shares", "Balance", "Joined"], ["Amina", 2, 1204.5, datetime(2025, 3, 1)], ["Bo", 1.0, 0.1 + 0.2, None])
    )
    assert table.rows == [["Amina", "2", "1204.50", "2025-03-01"], ["Bo", "1", "0.30", ""]]


def test_a_number_with_three_decimals_is_never_taken_for_thousands() -> None:
    assert read_table(xlsx(["Name", "Balance"], ["Amina", 1.234])).rows == [["Amina", "1.2340"]]


def test_a_formula_in_a_workbook_gives_its_value_or_nothing() -> None:
    assert read_table(xlsx(["Name", "Balance"], ["Amina", "=1+1"])).rows == [["Amina", ""]]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (reading.MAX_UNPACKED + 1))
    return out.getvalue()


def with_entities() -> bytes:
    good = io.BytesIO(xlsx(["Name", "Mail"], ["Amina", "a@example.org"]))
    out = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(out, "w") as archive:
        for member in source.namelist():
            content = source.read(member)
            if member == "xl/workbook.xml":
                content = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + content
            archive.writestr(member, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n \n", "empty"),
        (b"name;email\n", "no rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old Excel file"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(1, 255)) * 20, "not a spreadsheet"),
        (b"PK\x03\x04 broken", "cannot be opened"),
        (b"name;email\nAmina;" + b"x" * 1_001, "more than 1000 characters"),
        (b'name;email\n"' + b"x" * 200_000, "cannot be read as CSV"),
        (b"name;" + b";".join([b"x"] * 80) + b"\nAmina\n", "81 columns"),
        (b"x" * (reading.MAX_BYTES + 1), "at most 5 MB"),
        (b"name;email\n" + b"Amina;a@example.org\n" * 100_000, "more than 20000 rows"),
    ],
    ids=["nothing", "blank", "header only", "old", "pdf", "picture", "broken", "long cell", "open quote", "wide", "heavy", "long"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_the_remedy(content: bytes, says: str) -> None:
    with pytest.raises(CannotBeRead, match=says):
        read_table(content)


def test_a_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(CannotBeRead, match="unpacks to"):
        read_table(bomb())


def test_an_entity_bomb_is_not_opened() -> None:
    with pytest.raises(CannotBeRead, match=r"definitions|cannot be opened"):
        read_table(with_entities())


def test_a_workbook_that_says_it_has_a_million_rows_is_read_by_what_is_in_it() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["Name", "Mail"])
    sheet.append(["Amina", "a@example.org"])
    sheet.cell(row=1_000_000, column=1).value = " "
    out = io.BytesIO()
    workbook.save(out)
    assert len(read_table(out.getvalue()).rows) == 1


@pytest.mark.parametrize(
    ("title", "field"),
    [("Naam", "name"), ("Prénom", "first_name"), ("NACHNAME", "last_name"), ("E-Mail", "email"), ("GSM", "phone"), ("Saldo (€)", "balance"),
     ("Anzahl der Anteile", "shares"), ("Capital versé", "share_amount"), ("Membre depuis", "joined"), ("Straße", "street"),
     ("Favourite colour", ""), ("", "")],
)  # fmt: skip
def test_columns_are_known_by_many_names(title: str, field: str) -> None:
    assert field_of(title) == field


def test_no_name_of_a_column_means_two_things() -> None:
    words = [word for known in SYNONYMS.values() for word in set(known.split())]
    assert len(words) == len(set(words))
    assert set(SYNONYMS) == set(FIELDS)


def test_a_french_list_says_nom_and_prenom() -> None:
    assert guess(["Nom", "Prénom", "Mail", "Mail"]) == ["last_name", "first_name", "email", ""]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_template_speaks_words_that_are_understood(language: str) -> None:
    with translation.override(language):
        assert guess(template_file.header()) == list(template_file.COLUMNS)
        for choice in Membership.Engagement:
            assert engagement_of(str(choice.label)) == choice.value
