"""Glans, nine cleaners in Utrecht who have just begun: no legal form, no VAT number, a few weeks of visits. And Zeepbel in Antwerp,
where three teams are the members: the team sells, 95 % is the team's, and what clients say is said of the team. Nobody in it exists.
"""

from marke.packs.demo import DemoClient, DemoCoop, DemoLoan, DemoPerson, DemoProposal, Place

PEOPLE = (
    DemoPerson(
        "Ineke Brouwer",
        Place("Kanaalstraat 12", 520920000, 50990000),
        offices=("coordinator", "treasurer"),
        sign_in_as="coordinator",
        iban="NL91ABNA0417164300",
    ),
    DemoPerson("Fatima Yilmaz", Place("Vleutenseweg 150", 520960000, 50940000), sign_in_as="member", iban="NL39RABO0300065264"),
    DemoPerson("Grace Mensah", Place("Amsterdamsestraatweg 300", 521050000, 51000000), iban="NL86INGB0002445588"),
    DemoPerson("Petra de Wit", Place("Biltstraat 44", 520940000, 51310000), iban="NL20INGB0001234567"),
    DemoPerson("Rosa Martins", Place("Rijnlaan 80", 520730000, 51210000), works=(0, 1, 3)),
    DemoPerson("Hanna Kowalska", Place("Croeselaan 201", 520800000, 51070000), works=(1, 2, 4), iban="NL44RABO0123456789"),
    DemoPerson("Samira Bouzid", Place("Marnixlaan 5", 521100000, 50980000), joined=3),
    DemoPerson("Linh Tran", Place("Adelaarstraat 66", 521020000, 51240000), joined=4, works=(0, 2, 4)),
    DemoPerson("Wilma Postma", Place("Oudenoord 110", 521000000, 51130000), joined=4),
)

CLIENTS = (
    DemoClient("Familie Jansen", "household", Place("Oudegracht 210", 520860000, 51230000), 1, pays_after=3, sign_in_as="client"),
    DemoClient("Familie Smit", "household", Place("Lange Nieuwstraat 15", 520850000, 51260000), 1, pays_after=3),
    DemoClient("Huisartsen Wittevrouwen", "organisation", Place("Wittevrouwensingel 60", 520960000, 51290000), 3, pays_after=5),
    DemoClient("M. van Dam", "household", Place("Maliebaan 33", 520900000, 51350000), 1, pays_after=4),
    DemoClient("Yogastudio Adem", "organisation", Place("Twijnstraat 9", 520830000, 51240000), 2, pays_after=6),
    DemoClient("Familie Bakker", "household", Place("Ledig Erf 4", 520800000, 51250000), 1, service=1, pays_after=3),
)

GLANS = DemoCoop(
    slug="glans",
    name="Glans",
    country="NL",
    language="nl",
    legal_form="none",
    street="Kanaalstraat 12",
    postcode="3531 CJ",
    city="Utrecht",
    email="hallo@glans.example",
    iban="NL91ABNA0417164300",
    vat_number="",
    accent="#7a3b6d",
    days=45,
    rules={"jobs.contribution": [8, 100]},
    prices=(2500, 6000),
    people=PEOPLE,
    clients=CLIENTS,
    loans=(DemoLoan(0, 100_000, 0, 1, "De eerste weken op tijd betalen"),),
)

TEAMS = (
    DemoPerson(
        "Mieke Aerts", Place("Turnhoutsebaan 12", 512180000, 44350000), offices=("coordinator",), works=(), sign_in_as="coordinator",
        iban="BE68539007547034",
    ),
    DemoPerson(
        "Olga Ivanova", Place("Carnotstraat 60", 512170000, 44290000), offices=("treasurer",), works=(), sign_in_as="treasurer",
        iban="BE62510007547061",
    ),
    DemoPerson("Team Noord", Place("Dambruggestraat 140", 512270000, 44270000), speaks="Blessing Okoro", iban="BE71096123456769"),
    DemoPerson("Team Zuid", Place("Lange Lozanastraat 90", 512000000, 44040000), speaks="Dolores Vega", iban="BE43068999999501"),
    DemoPerson(
        "Team Zurenborg", Place("Dageraadplaats 7", 512080000, 44320000), speaks="Anja Maes", works=(0, 1, 3, 4), joined=95,
        iban="BE91363123456740",
    ),
)  # fmt: skip

HOMES = (
    DemoClient("Familie De Smet", "household", Place("Cogels-Osylei 40", 512060000, 44330000), 2, pays_after=3, sign_in_as="client"),
    DemoClient("Kantoor Scheldezicht", "organisation", Place("Jordaenskaai 10", 512210000, 43970000), 4, pays_after=21),
    DemoClient("Kinderdagverblijf Pluis", "organisation", Place("Sint-Jansplein 8", 512280000, 44230000), 3, pays_after=12),
    DemoClient("R. Claessens", "household", Place("Amerikalei 122", 512040000, 44000000), 1, pays_after=4),
    DemoClient("Galerij Noorderlicht", "organisation", Place("Verlatstraat 20", 512070000, 43930000), 1, service=1, pays_after=15),
    DemoClient("Familie Okafor", "household", Place("Provinciestraat 210", 512100000, 44270000), 1, pays_after=5, joined=60),
    DemoClient("Tandarts Harmonie", "organisation", Place("Mechelsesteenweg 180", 512030000, 44150000), 2, pays_after=9, joined=130),
)  # fmt: skip

ZEEPBEL = DemoCoop(
    slug="zeepbel",
    name="Zeepbel",
    country="BE",
    language="en",
    legal_form="cooperative",
    street="Turnhoutsebaan 12",
    postcode="2140",
    city="Antwerpen",
    email="hello@zeepbel.example",
    iban="BE68539007547034",
    vat_number="BE0999900348",
    accent="#2f5d8a",
    days=365,
    rules={"jobs.contribution": [1, 20], "jobs.guarantee": [0, 1], "jobs.matching": "longest_idle"},
    prices=(3200, 7500),
    people=TEAMS,
    clients=HOMES,
    proposals=(
        DemoProposal(
            150,
            "Ask the nearest team",
            "Team Noord crosses the town for two hours of work.",
            2,
            "rule",
            {"key": "jobs.matching", "scope": "", "value": "nearest"},
            3,
            1,
            0,
            ((3, "Only if we look again after summer."),),
        ),
        DemoProposal(
            358,
            "One rating for all of us",
            "Clients book Zeepbel, not a team. A bad day is everybody's.",
            1,
            "",
            {},
            0,
            0,
            0,
            ((4, "Then a good day too."), (2, "I would rather see what is said about us.")),
            stage="discussing",
        ),
    ),
    loans=(DemoLoan(0, 400_000, 0, 2, "Pay the teams before offices have paid"),),
)
