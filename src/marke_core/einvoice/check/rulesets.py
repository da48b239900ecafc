"""The editions of the rules. Callers keep the key with an invoice: what was judged right then stays explained."""

from __future__ import annotations

from datetime import date

from marke_core.einvoice.check import codes, en_codes, en_fields, en_totals, en_vat, germany, national, peppol, peppol_parties
from marke_core.einvoice.check.report import RuleSet

_EN16931 = (
    en_fields.head,
    en_fields.once,
    en_fields.parties,
    en_fields.payment,
    en_fields.references,
    en_fields.delivery,
    en_fields.periods,
    en_fields.lines,
    en_fields.allowances,
    en_totals.totals,
    en_totals.breakdown,
    en_totals.decimals,
    en_vat.categories,
    en_codes.codes,
    en_codes.schemes,
)
_PEPPOL = (
    peppol.nothing_empty,
    peppol.process,
    peppol.allowances,
    peppol.lines,
    peppol.payment,
    peppol.codes,
    peppol_parties.numbers_of_parties,
)
_GIVEN_UP = frozenset({"BR-CO-25", "BR-66", "BR-67"})

EN16931 = RuleSet(
    key="en16931-1.3.16",
    name="EN 16931",
    version="1.3.16",
    published=date(2026, 4, 14),
    parts=_EN16931,
    codes=codes.OF_2026,
    without=_GIVEN_UP,
)
PEPPOL_BILLING = RuleSet(
    key="peppol-bis-3.0.21",
    name="Peppol BIS Billing",
    version="3.0.21",
    published=date(2026, 5, 21),
    parts=(*_EN16931, *_PEPPOL, national.national, germany.germany),
    codes=codes.OF_2026,
    without=_GIVEN_UP,
    customization="urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    profile=peppol.billing_profile,
)
_ISLANDS = {
    f"BR-{new}-{number:02}": f"BR-{old}-{number:02}" for new, old in (("AF", "IG"), ("AG", "IP")) for number in range(1, 11)
}
PEPPOL_SELF_BILLING = RuleSet(
    key="peppol-selfbilling-3.0.1",
    name="Peppol BIS Self-Billing",
    version="3.0.1",
    published=date(2026, 3, 1),
    parts=(*_EN16931, *_PEPPOL),
    codes=codes.OF_SELF_BILLING,
    without=frozenset({"UBL-SR-22", "UBL-SR-23", "UBL-SR-53", "UBL-SR-56", "PEPPOL-EN16931-P0112"})
    | {f"PEPPOL-COMMON-{rule}" for rule in ("R052", "R053", "R054", "R055", "R056-1", "R056-2", "R057")},
    renamed={**_ISLANDS, "UBL-SR-54": "BR-66", "UBL-SR-55": "BR-67"},
    customization="urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0",
    profile=peppol.self_billing_profile,
)
RULE_SETS = {rules.key: rules for rules in (EN16931, PEPPOL_BILLING, PEPPOL_SELF_BILLING)}
