"""What VAT asks to be written on an invoice when none is charged.

Sources: Belgium, VAT Code art. 56bis; Netherlands, Wet op de omzetbelasting 1968 art. 25; Germany, UStG § 19; France,
CGI art. 293 B; elsewhere Directive 2006/112/EC arts. 282-292, without a national article. Between countries: the same
Directive, arts. 44, 138, 146 and 196. A translation stands beside
the official wording, never instead of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from marke.parties.models import Coop

# Country: {language: text}; the first language is the official wording where no other fits.
SMALL_ENTERPRISE: dict[str, dict[str, str]] = {
    "BE": {
        "nl": "Bijzondere vrijstellingsregeling kleine ondernemingen – btw niet toepasselijk (art. 56bis btw-wetboek).",
        "fr": "Régime particulier de franchise des petites entreprises – TVA non applicable (art. 56bis du Code de la TVA).",
        "de": "Sonderregelung für Kleinunternehmen – Mehrwertsteuer nicht anwendbar (Art. 56bis MwStGB).",
        "en": "Exemption scheme for small enterprises – VAT not applicable (art. 56bis of the Belgian VAT Code).",
    },
    "NL": {
        "nl": "Vrijgesteld van btw op grond van artikel 25 Wet op de omzetbelasting 1968 (kleineondernemersregeling).",
        "en": "Exempt from VAT under article 25 of the Dutch VAT Act 1968 (small businesses scheme).",
    },
    "DE": {
        "de": "Steuerfrei nach § 19 UStG (Kleinunternehmerregelung).",
        "en": "Exempt from VAT under section 19 of the German VAT Act (small businesses).",
    },
    "FR": {
        "fr": "TVA non applicable, art. 293 B du CGI.",
        "en": "VAT not applicable, article 293 B of the French General Tax Code.",
    },
}
GENERIC_SMALL = {
    "en": "Exempt from VAT: special scheme for small enterprises.",
    "nl": "Vrijgesteld van btw: bijzondere regeling voor kleine ondernemingen.",
    "fr": "Exonération de TVA : régime particulier des petites entreprises.",
    "de": "Steuerfrei: Sonderregelung für Kleinunternehmen.",
}
NOT_A_TAXPAYER = {
    "en": "No VAT is charged: the seller has no VAT number.",
    "nl": "Er wordt geen btw aangerekend: de verkoper heeft geen btw-nummer.",
    "fr": "TVA non facturée : le vendeur n'a pas de numéro de TVA.",
    "de": "Es wird keine Umsatzsteuer berechnet: Der Verkäufer hat keine Umsatzsteuer-Identifikationsnummer.",
}
EXEMPT_SERVICE = {
    "en": "Exempt from VAT.",
    "nl": "Vrijgesteld van btw.",
    "fr": "Exonéré de TVA.",
    "de": "Von der Umsatzsteuer befreit.",
}
REVERSE_CHARGE_ABROAD = {
    "en": "Reverse charge: the customer accounts for the VAT (art. 196 of Directive 2006/112/EC).",
    "nl": "Btw verlegd naar de afnemer (art. 196 van Richtlijn 2006/112/EG).",
    "fr": "Autoliquidation : TVA due par le preneur (art. 196 de la directive 2006/112/CE).",
    "de": "Steuerschuldnerschaft des Leistungsempfängers (Art. 196 der Richtlinie 2006/112/EG).",
}
REVERSE_CHARGE_HERE = {
    "en": "Reverse charge: the customer accounts for the VAT.",
    "nl": "Btw verlegd: de afnemer voldoet de btw.",
    "fr": "Autoliquidation : la TVA est due par le preneur.",
    "de": "Steuerschuldnerschaft des Leistungsempfängers.",
}
INTRA_COMMUNITY = {
    "en": "Intra-Community supply of goods, exempt (art. 138 of Directive 2006/112/EC).",
    "nl": "Vrijgestelde intracommunautaire levering (art. 138 van Richtlijn 2006/112/EG).",
    "fr": "Livraison intracommunautaire exonérée (art. 138 de la directive 2006/112/CE).",
    "de": "Steuerfreie innergemeinschaftliche Lieferung (Art. 138 der Richtlinie 2006/112/EG).",
}
EXPORT = {
    "en": "Export of goods, exempt (art. 146 of Directive 2006/112/EC).",
    "nl": "Vrijgestelde uitvoer (art. 146 van Richtlijn 2006/112/EG).",
    "fr": "Exportation exonérée (art. 146 de la directive 2006/112/CE).",
    "de": "Steuerfreie Ausfuhrlieferung (Art. 146 der Richtlinie 2006/112/EG).",
}
ELSEWHERE = {
    "en": "Outside the scope of VAT: the service is taxed where the customer is (art. 44 of Directive 2006/112/EC).",
    "nl": "Buiten het toepassingsgebied van de btw: belastbaar bij de afnemer (art. 44 van Richtlijn 2006/112/EG).",
    "fr": "Hors champ de la TVA : prestation imposable chez le preneur (art. 44 de la directive 2006/112/CE).",
    "de": "Nicht steuerbar: Leistungsort beim Leistungsempfänger (Art. 44 der Richtlinie 2006/112/EG).",
}


@dataclass(frozen=True)
class SellerVat:
    """How a seller charges VAT: `category` replaces that of the services, None leaves it to them."""

    category: str | None

    def of(self, category: str, permille: int) -> tuple[str, int]:
        return (category, permille) if self.category is None else (self.category, 0)


def seller_vat(coop: Coop) -> SellerVat:
    """With a VAT number as the services say; a legal form without one is a small enterprise; else no taxpayer at all."""
    if coop.vat_number:
        return SellerVat(None)
    return SellerVat("O" if coop.legal_form == Coop.LegalForm.NONE else "E")


def reason(*, category: str, country: str, has_vat_number: bool, language: str, buyer_country: str = "") -> str:
    """What stands beside a rate of 0 on an invoice in `language`; "" where nothing has to."""
    if category == "E" and not has_vat_number:
        return _official(SMALL_ENTERPRISE.get(country, GENERIC_SMALL), language)
    texts = {
        "O": ELSEWHERE if has_vat_number else NOT_A_TAXPAYER,
        "E": EXEMPT_SERVICE,
        "AE": REVERSE_CHARGE_HERE if buyer_country in ("", country) else REVERSE_CHARGE_ABROAD,
        "K": INTRA_COMMUNITY,
        "G": EXPORT,
    }.get(category)
    return "" if texts is None else _in(texts, language)


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language[:2], texts["en"])


def _official(texts: dict[str, str], language: str) -> str:
    """The text in the invoice's language; where that is not a language of the law, after the official one."""
    official = next(iter(texts))
    wanted = language[:2] if language[:2] in texts else official
    if wanted == "en" and official != "en":
        return f"{texts[official]} {texts['en']}"
    return texts[wanted]
