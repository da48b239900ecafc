"""The columns that people give their lists, in four languages, and what they hold."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("Mail address"),
    "phone": _("Telephone"),
    "street": _("Street and number"),
    "postcode": _("Postcode"),
    "city": _("Town"),
    "joined": _("Member since"),
    "engagement": _("How they work"),
    "shares": _("Number of shares"),
    "share_amount": _("Paid for shares"),
    "balance": _("Still to be paid to the member"),
}

# English, Dutch, French, German; compared without accents, capitals and marks.
SYNONYMS: dict[str, str] = {
    "name": "name full name member members naam volledige_naam lid leden nom nom_complet nom_et_prenom membre vollstandiger_name"
    " mitglied mitglieder naam_lid name_mitglied koerier courier cleaner",
    "first_name": "first_name firstname given_name voornaam prenom vorname",
    "last_name": "last_name lastname surname family_name achternaam familienaam nom_de_famille nachname familienname",
    "email": "email e_mail mail mail_address email_address e_mailadres mailadres emailadres courriel adresse_mail adresse_email"
    " adresse_e_mail mailadresse e_mail_adresse emailadresse",
    "phone": "phone telephone mobile phone_number telefoon telefoonnummer gsm mobiel tel telephone portable numero_de_telephone"
    " telefon telefonnummer handy mobil cell",
    "street": "street address street_and_number straat adres straat_en_nummer straat_nr rue adresse strasse strasse_und_nummer",
    "postcode": "postcode postal_code zip zip_code post_code code_postal cp plz postleitzahl",
    "city": "city town place stad gemeente plaats woonplaats ville localite commune ort stadt wohnort",
    "joined": "member_since joined since date_joined joined_on start start_date lid_sinds sinds toegetreden datum_toetreding"
    " membre_depuis depuis date_d_adhesion adhesion mitglied_seit seit beitritt eintritt eintrittsdatum",
    "engagement": "engagement how_they_work manier_van_werken statute employment statuut contract werkvorm statut contrat beschaftigung status",
    "shares": "shares number_of_shares share aandelen aantal_aandelen aandeel parts nombre_de_parts part_sociale parts_sociales"
    " anteile anzahl_anteile anzahl_der_anteile geschaftsanteile nr_of_shares no_of_shares",
    "share_amount": "paid paid_for_shares share_capital capital paid_in amount_paid betaald gestort inbreng betaald_voor_aandelen"
    " kapitaal paye montant_paye capital_verse capital_souscrit verse bezahlt eingezahlt einlage geschaftsguthaben",
    "balance": "balance owed to_pay still_to_be_paid still_to_be_paid_to_the_member nog_te_betalen_aan_het_lid still_to_pay outstanding payable saldo tegoed te_betalen nog_te_betalen openstaand solde"
    " a_payer reste_a_payer du guthaben offen zu_zahlen noch_zu_zahlen auszuzahlen",
}
TOTALS = "total totals totaal totalen som sum somme totaux summe gesamt insgesamt sous_total subtotal subtotaal"
ENGAGEMENTS: dict[str, str] = {
    "self_employed": "self_employed selfemployed freelance freelancer zelfstandig zelfstandige zzp zzper independant"
    " independante selbstandig selbststandig freiberuflich",
    "employee": "employee employed werknemer loondienst in_loondienst in_dienst bediende arbeider salarie salariee employe employee angestellt"
    " angestellte arbeitnehmer",
    "occasional": "occasional af_en_toe casual student flexi flexijob occasioneel gelegenheid oproep occasionnel occasionnelle etudiant"
    " gelegentlich aushilfe minijob",
    "volunteer": "volunteer vrijwilliger vrijwillig benevole volontaire ehrenamtlich freiwillig freiwillige",
}


def plain(text: str) -> str:
    """“Téléphone (GSM)” → telephone_gsm: letters of any script and digits, without accents and capitals."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^\w]+", "_", kept).strip("_")


_FIELD_OF = {word: field for field, words in SYNONYMS.items() for word in words.split()}
_ENGAGEMENT_OF = {word: kind for kind, words in ENGAGEMENTS.items() for word in words.split()}


def field_of(title: str) -> str:
    """The field that a column of this name holds, "" when it is not known."""
    word = plain(title)
    if word in _FIELD_OF:
        return _FIELD_OF[word]
    without_brackets = plain(re.sub(r"[(\[].*", "", title))  # “Saldo (€)”
    return _FIELD_OF.get(without_brackets, "")


def engagement_of(text: str) -> str | None:
    return _ENGAGEMENT_OF.get(plain(text))


def is_total(text: str) -> bool:
    return plain(text) in TOTALS.split()


def looks_like_header(line: Sequence[str]) -> bool:
    """Two known names of columns, or one where there are few."""
    known = sum(1 for cell in line if field_of(cell))
    return known >= (2 if len([cell for cell in line if cell]) > 2 else 1)


def guess(header: Sequence[str]) -> list[str]:
    """For each column the field it holds; the first of a name wins, the others are left out."""
    guessed: list[str] = []
    for title in header:
        field = field_of(title)
        guessed.append("" if field in guessed else field)
    if "first_name" in guessed and "name" in guessed and "last_name" not in guessed:
        guessed[guessed.index("name")] = "last_name"  # French lists say Nom, Prénom
    return guessed
