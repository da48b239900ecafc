"""Maasrit, drivers in Rotterdam: an association of ten with a year of life behind it. Nobody in it exists."""

from marke.packs.demo import DemoClient, DemoCoop, DemoPerson, DemoProposal, Place

EVENINGS = (3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)

PEOPLE = (
    DemoPerson(
        "Abdel Bennani", Place("West-Kruiskade 61", 519190000, 44690000), works=WEEKDAYS, sign_in_as="member", iban="NL02ABNA0123456789"
    ),
    DemoPerson(
        "Marjan Vos", Place("Noordsingel 140", 519300000, 44770000), offices=("coordinator",), works=WEEKDAYS,
        sign_in_as="coordinator", iban="NL91ABNA0417164300",
    ),
    DemoPerson(
        "Dennis Kok", Place("Goudsesingel 210", 519250000, 44890000), offices=("treasurer",), works=(1, 2, 3, 4, 5),
        sign_in_as="treasurer", iban="NL20INGB0001234567",
    ),
    DemoPerson("Fatou Diallo", Place("Dordtselaan 90", 518970000, 44920000), works=EVENINGS, iban="NL44RABO0123456789"),
    DemoPerson("Ricardo Lima", Place("Beijerlandselaan 44", 518940000, 45060000), works=EVENINGS, iban="NL86INGB0002445588"),
    DemoPerson("Selma Aydin", Place("Mathenesserlaan 310", 519140000, 44580000), works=WEEKDAYS, iban="NL39RABO0300065264"),
    DemoPerson("Piet van Loon", Place("Bergweg 250", 519350000, 44760000), offices=("secretary",), works=(0, 1, 2)),
    DemoPerson("Nasra Warsame", Place("Pleinweg 77", 518900000, 44830000), joined=70, works=(2, 3, 4, 5, 6)),
    DemoPerson("Giel Smits", Place("Lusthofstraat 12", 519230000, 45080000), joined=150, works=EVENINGS),
    DemoPerson("Ivana Petrova", Place("Schiedamseweg 130", 519130000, 44480000), joined=210, works=WEEKDAYS, left=300),
)  # fmt: skip

CLIENTS = (
    DemoClient(
        "Verpleeghuis Rijnhof", "organisation", Place("Crooswijkseweg 50", 519310000, 44900000), 6, service=1, pays_after=14,
        sign_in_as="client",
    ),
    DemoClient("Hotel De Kade", "organisation", Place("Willemskade 18", 519090000, 44800000), 6, service=2, pays_after=10),
    DemoClient("J. Verbeek", "household", Place("Voorschoterlaan 9", 519220000, 45030000), 2, pays_after=2),
    DemoClient("Familie Yildirim", "household", Place("Putselaan 200", 518920000, 45010000), 2, pays_after=2),
    DemoClient("Theater Het Anker", "organisation", Place("Schouwburgplein 20", 519210000, 44740000), 7, pays_after=12),
    DemoClient("Dialysecentrum Zuid", "organisation", Place("Groene Hilledijk 300", 518820000, 45150000), 5, service=1, pays_after=20),
    DemoClient("M. de Graaf", "household", Place("Heemraadssingel 160", 519170000, 44560000), 1, pays_after=3, joined=40),
    DemoClient("Advocaten Leuve", "organisation", Place("Leuvehaven 70", 519150000, 44830000), 4, pays_after=24, joined=110),
)  # fmt: skip

DROPS = (
    Place("Centraal Station", 519240000, 44690000), Place("Erasmus MC", 519110000, 44670000), Place("Ahoy", 518830000, 44880000),
    Place("Maasstad Ziekenhuis", 518780000, 45200000), Place("Kralingse Plas", 519390000, 45120000), Place("Markthal", 519200000, 44870000),
    Place("Station Blaak", 519197000, 44893000), Place("Rotterdam The Hague Airport", 519530000, 44410000),
    Place("Station Alexander", 519515000, 45530000), Place("Zuidplein", 518870000, 44890000),
)  # fmt: skip

PROPOSALS = (
    DemoProposal(
        80, "Ask whoever has waited longest", "Those who live near the station get two rides out of three.", 3, "rule",
        {"key": "jobs.matching", "scope": "", "value": "longest_idle"}, 6, 2, 0,
        ((0, "I live near the station, and I am for it."), (5, "Then the client waits longer. Let us look in the summer.")),
    ),
    DemoProposal(
        175, "Back to whoever is nearest", "Clients wait four minutes longer since spring, and we drive empty more.", 5, "rule",
        {"key": "jobs.matching", "scope": "", "value": "nearest"}, 5, 3, 1, ((3, "Fair to whom?"),),
    ),
    DemoProposal(
        260, "Keep 14 % instead of 15 %", "The office costs less than we thought.", 2, "rule",
        {"key": "jobs.contribution", "scope": "", "value": [14, 100]}, 7, 1, 0, ((1, "And when a car breaks down?"),),
    ),
    DemoProposal(
        362, "Pay on Mondays and Thursdays", "I buy fuel on Wednesdays.", 3, "", {}, 0, 0, 0,
        ((2, "Two bank files a week. Who helps me?"),), stage="discussing",
    ),
)  # fmt: skip

MAASRIT = DemoCoop(
    slug="maasrit",
    name="Maasrit",
    country="NL",
    language="en",
    legal_form="association",
    street="Noordsingel 140",
    postcode="3035 EM",
    city="Rotterdam",
    email="hello@maasrit.example",
    iban="NL91ABNA0417164300",
    vat_number="NL123456782B01",
    accent="#1d4e89",
    days=365,
    rules={"jobs.answer_time": 3600, "jobs.round_up": [["Food bank of the south side", 100]]},
    prices=(1650, 2400, 5200),
    people=PEOPLE,
    clients=CLIENTS,
    proposals=PROPOSALS,
    drops=DROPS,
)
