"""Wisselwerk, freelancers in Ghent and Brussels: they draw, translate, build stages, ride. Nobody in it exists."""

from marke.packs.demo import (
    DemoAssignment,
    DemoBill,
    DemoBusiness,
    DemoClient,
    DemoCoop,
    DemoInside,
    DemoLoan,
    DemoPerson,
    DemoPolicy,
    DemoProposal,
    Place,
)

PEOPLE = (
    DemoPerson(
        "Nele Wouters", Place("Dok Noord 4", 510680000, 37310000), offices=("coordinator",), works=(), sign_in_as="coordinator",
        iban="BE68539007547034",
    ),
    DemoPerson(
        "Karim Benali", Place("Bevelandstraat 16", 510590000, 37150000), offices=("treasurer",), works=(), sign_in_as="treasurer",
        iban="BE62510007547061",
    ),
    DemoPerson("Zofia Nowak", Place("Hundelgemsesteenweg 210", 510350000, 37380000), works=(), sign_in_as="member", iban="BE71096123456769"),
    DemoPerson("Thomas Lefèvre", Place("Rue de Flandre 85", 508530000, 43460000), works=(), iban="BE43068999999501"),
    DemoPerson("Aya Diallo", Place("Chaussée d’Ixelles 120", 508330000, 43660000), works=(), iban="BE91363123456740"),
    DemoPerson("Ruben De Clerck", Place("Sint-Salvatorstraat 30", 510620000, 37330000), works=(), joined=70, iban="BE21210123456703"),
    DemoPerson("Mehmet Aydın", Place("Wondelgemstraat 88", 510690000, 37160000), works=(0, 1, 2, 3, 4, 5), iban="BE83363012345615"),
    DemoPerson("Saar Michiels", Place("Visserij 140", 510500000, 37450000), works=(0, 2, 4), joined=120, iban="BE36734012345681"),
)  # fmt: skip

CLIENTS = (
    DemoClient(
        "Uitgeverij Zandloper", "organisation", Place("Kouter 7", 510490000, 37250000), 0, pays_after=35, vat_number="BE0999901239",
        sign_in_as="client",
    ),
    DemoClient("Theater De Gang", "organisation", Place("Ledeberg 12", 510380000, 37420000), 0, pays_after=55, vat_number="BE0999901338"),
    DemoClient("Librairie du Pont", "organisation", Place("Quai au Foin 3", 508540000, 43480000), 0, pays_after=20, vat_number="BE0999901437"),
    DemoClient("Gemeenteschool Het Anker", "organisation", Place("Schoolstraat 2", 510410000, 37500000), 0, pays_after=28),
    DemoClient("Familie Peeters", "household", Place("Krijgslaan 40", 510290000, 37200000), 0, pays_after=6),
    DemoClient("Lunchlijn", "organisation", Place("Korte Meer 5", 510490000, 37240000), 6, service=1, pays_after=15, vat_number="BE0999901536"),
    DemoClient("Festival Overtoon", "organisation", Place("Sint-Pietersplein 9", 510420000, 37270000), 0, pays_after=200, vat_number="BE0999901635"),
)  # fmt: skip

BUSINESSES = (
    DemoBusiness(
        2, "Zofia tekent",
        (
            DemoAssignment(0, 8, 33, "Illustrations for a children’s book", "C62", 12_000, 9_500),
            DemoAssignment(3, 21, 75, "A mural, by the hour", "HUR", 22_000, 4_800),
            DemoAssignment(4, 40, 140, "A portrait", "C62", 1_000, 38_000),
            DemoAssignment(2, 354, 400, "Drawings for a window", "LS", 1_000, 74_000),
            DemoAssignment(3, 361, 400, "A map of the quarter", "C62", 1_000, 52_000),
            DemoAssignment(0, 364, 400, "A cover", "C62", 2_000, 41_500),
        ),
        expenses=((52, "Ink and paper", 6_480), (190, "A scanner", 24_900)),
    ),
    DemoBusiness(
        3, "Lefèvre, traductions",
        (
            DemoAssignment(2, 12, 24, "Translation, by the page", "C62", 46_000, 1_650),
            DemoAssignment(0, 30, 52, "Correction of proofs", "HUR", 14_500, 5_200, discount=50),
        ),
    ),
    DemoBusiness(
        4, "Aya op het podium",
        (
            DemoAssignment(1, 15, 42, "Light and stage, by the day", "DAY", 5_000, 31_000),
            DemoAssignment(6, 150, 400, "Festival: the main stage", "DAY", 9_000, 34_000),
            DemoAssignment(3, 60, 95, "Theatre with a class", "HUR", 8_000, 5_500, declined=True),
        ),
        expenses=((80, "Gaffer tape and cables", 11_230),),
    ),
    DemoBusiness(5, "De Clerck bouwt", (DemoAssignment(1, 90, 38, "Scenery", "LS", 1_000, 165_000),)),
)  # fmt: skip

_RENT = ("Dokken & Zonen", "BE0999902031", "BE24363099900138")
_PAPER = ("Papierhuis Ledeberg", "BE0999902130", "BE13363099900239")
BILLS = (
    DemoBill(12, *_RENT, "Een bureau aan het dok, per maand", 9_500, "rooms", "network", every=30),
    DemoBill(75, *_PAPER, "Tekenpapier en inkt", 11_840, "goods"),
    DemoBill(240, *_PAPER, "Een rol papier voor de affiches", 8_600, "goods", "mail"),
    DemoBill(250, *_PAPER, "De rol was nat: teruggave", -2_150, "goods", "mail"),
    # On the last days: one to be approved, one whose account is another one than before, one on paper.
    DemoBill(363, "Advies voor coöperaties Leie", "BE0999902229", "BE02363099900340", "Nazicht van de jaarrekening", 108_000, way="network", decided=False),
    DemoBill(364, _PAPER[0], _PAPER[1], "BE04733099900431", "Passe-partouts voor de tentoonstelling", 14_250, way="mail", decided=False),
    DemoBill(365, "Kaffee Noord", "BE0999902229", "", "Koffie voor de vergadering", 3_850, way="photo", decided=False),
)  # fmt: skip

WISSELWERK = DemoCoop(
    slug="wisselwerk",
    name="Wisselwerk",
    country="BE",
    language="en",
    legal_form="cooperative",
    street="Dok Noord 4",
    postcode="9000",
    city="Gent",
    email="hello@wisselwerk.example",
    iban="BE68539007547034",
    vat_number="BE0999901734",
    accent="#5b3a8c",
    days=365,
    rules={"credentials.agreement": True, "selfbills.open_to": "members"},
    prices=(4500, 2200),
    people=PEOPLE,
    clients=CLIENTS,
    proposals=(
        DemoProposal(
            140, "Put more into the guarantee fund", "Theatres pay after two months. We pay each other after seven days: somebody has to carry that.",
            1, "rule", {"key": "activities.guarantee", "scope": "", "value": [15, 100]}, 4, 1, 0,
            ((3, "And if a client fails?"), (1, "That is what it is for. Look at the page of the fund.")),
        ),
        DemoProposal(
            361, "Seven percent instead of six and a half", "For somebody who answers the phone on Friday.", 0, "rule",
            {"key": "activities.contribution", "scope": "", "value": [7, 100]}, 2, 1, 0,
            ((4, "What would it have cost me? I looked: less than a day of work."),), stage="voting",
        ),
    ),
    loans=(DemoLoan(0, 600_000, 2, 3, "Pay members before their clients have paid"), DemoLoan(1, 400_000, 2, 3, "Pay members before their clients have paid")),
    e_invoices=120,
    businesses=BUSINESSES,
    bills=BILLS,
    policies=(
        DemoPolicy("accident", "Onderling Genoegen", "AO-2024-118", "0800 00 118"),
        DemoPolicy("liability", "Onderling Genoegen", "BA-2024-119", "0800 00 118"),
    ),
    histories=(2, 6),
    inside=(DemoInside(300, 0, 1, "Drawings for a translated booklet", 24_000),),
    self_billed=((2, 270, "BE0999901833"),),
)  # fmt: skip
