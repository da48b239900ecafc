"""The official rules of EN 16931 and Peppol, run as they are published: to be sure beside our own check, and to test it.

They are XSLT 2.0 and run on Saxon (`pip install "marke[einvoice]"`). We may not pass them on; an operator who has fetched
them names the folder. docs/how-to/check-e-invoices.md says where they are published.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lxml import etree

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
# Key of the rule set → the stylesheets to run, one after the other. Where there are two names, either is the file.
STYLESHEETS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en16931-1.3.16": (("EN16931-UBL-validation.xslt", "CEN-EN16931-UBL.xslt"),),
    "peppol-bis-3.0.21": (("CEN-EN16931-UBL.xslt",), ("PEPPOL-EN16931-UBL.xslt",)),
    "peppol-selfbilling-3.0.1": (("CEN-EN16931-UBL.xslt",), ("PEPPOL-EN16931-UBL-SB.xslt",)),
}
ROOTS = ("Invoice", "CreditNote")


class OfficialRulesMissing(Exception):
    """The official rules, or what runs them, are not here. Its text says what to do."""


@dataclass(frozen=True)
class OfficialVerdict:
    verdict: Literal["valid", "invalid"]
    fatal: tuple[str, ...]  # rule ids, each once
    warnings: tuple[str, ...]
    error: str = ""  # what stopped the engine; a document that stops it is invalid


class OfficialRules:
    """One rule set from a folder, compiled once (about a second). Not to be shared between threads."""

    def __init__(self, folder: Path, rules: str = "peppol-bis-3.0.21") -> None:
        """Raises: OfficialRulesMissing when the folder lacks a file, or Saxon is not installed; KeyError for unknown rules."""
        home = folder / rules if (folder / rules).is_dir() else folder
        if not home.is_dir():
            raise OfficialRulesMissing(f"{folder} is not a folder. Name the one in which the official rules are.")
        files = [_file(home, names) for names in STYLESHEETS[rules]]
        self._processor = _saxon().PySaxonProcessor(license=False)
        engine = self._processor.new_xslt30_processor()
        self._sheets = [engine.compile_stylesheet(stylesheet_file=str(file)) for file in files]
        self._schemas = {root: _schema(folder, root) for root in ROOTS}

    @property
    def has_schemas(self) -> bool:
        """Whether the folder also holds the schemas of UBL 2.1, so that the structure is judged first."""
        return all(schema is not None for schema in self._schemas.values())

    def judge(self, data: bytes) -> OfficialVerdict:
        """The official verdict on a document. Never raises on account of the document."""
        try:
            root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
            name = etree.QName(root).localname
            if name not in ROOTS:
                return OfficialVerdict("invalid", (), (), f"{name} is neither an invoice nor a credit note")
            schema = self._schemas[name]
            if schema is not None and not schema.validate(root):
                return OfficialVerdict("invalid", ("XSD",), (), str(schema.error_log[0].message))
            found = self._failed(etree.tostring(root, encoding="unicode"))
        except Exception as error:  # Saxon raises errors of its own kind, and each of them is a verdict
            return OfficialVerdict("invalid", (), (), f"{type(error).__name__}: {error}")
        fatal = tuple(sorted(rule for rule, flag in found if flag == "fatal"))
        return OfficialVerdict(
            "invalid" if fatal else "valid", fatal, tuple(sorted(rule for rule, flag in found if flag != "fatal"))
        )

    def _failed(self, text: str) -> set[tuple[str, str]]:
        document = self._processor.parse_xml(xml_text=text)
        failed = set()
        for sheet in self._sheets:
            answer = etree.fromstring(sheet.transform_to_string(xdm_node=document).encode())
            for kind in ("failed-assert", "successful-report"):
                failed |= {(found.get("id", ""), found.get("flag", "")) for found in answer.iter(f"{SVRL}{kind}")}
        return failed


def _file(folder: Path, names: tuple[str, ...]) -> Path:
    found = sorted({file for name in names for file in folder.rglob(name)})
    if not found:
        raise OfficialRulesMissing(f"There is no {' or '.join(names)} in {folder}. See docs/how-to/check-e-invoices.md.")
    if len({file.read_bytes() for file in found}) > 1:
        places = ", ".join(str(file.relative_to(folder)) for file in found)
        raise OfficialRulesMissing(f"{folder} holds several editions ({places}). Give each a folder with the key of its rules.")
    return found[0]


def _schema(folder: Path, root: str) -> Any:
    file = next(iter(sorted(folder.rglob(f"UBL-{root}-2.1.xsd"))), None)
    return None if file is None else etree.XMLSchema(etree.parse(file))


def _saxon() -> Any:
    try:
        return importlib.import_module("saxonche")
    except ImportError:
        raise OfficialRulesMissing('Saxon is not installed: pip install "marke[einvoice]".') from None
