"""Glans, nine cleaners in Utrecht who have just begun: no legal form, no VAT number, a few weeks of visits."""

from marke.packs.demo import DemoClient, DemoCoop, DemoLoan, DemoPerson, Place

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
