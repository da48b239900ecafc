"""Velo, couriers in Ghent: a co-op of twelve with a year of life behind it. Nobody in it exists."""

from marke.packs.demo import DemoClient, DemoCoop, DemoFares, DemoLoan, DemoPerson, DemoProposal, DemoShift, Place

WEEKDAYS = (0, 1, 2, 3, 4)
LATE = (2, 3, 4, 5)

PEOPLE = (
    DemoPerson(
        "Amina Kaya", Place("Sleepstraat 41", 510612000, 37245000), works=WEEKDAYS, sign_in_as="member", iban="BE71096123456769"
    ),
    DemoPerson(
        "Joris De Backer",
        Place("Brugse Poort 8", 510560000, 37010000),
        offices=("coordinator",),
        sign_in_as="coordinator",
        iban="BE68539007547034",
    ),
    DemoPerson(
        "Lea Vermeulen",
        Place("Visserij 112", 510491000, 37385000),
        offices=("treasurer",),
        sign_in_as="treasurer",
        iban="BE62510007547061",
    ),
    DemoPerson("Samir Haddad", Place("Dampoortstraat 19", 510571000, 37412000), works=(1, 2, 3, 4, 5), iban="BE43068999999501"),
    DemoPerson("Femke Claes", Place("Kortrijksesteenweg 210", 510345000, 37120000), works=LATE, iban="BE91363123456740"),
    DemoPerson("Tom Wouters", Place("Rooigemlaan 77", 510620000, 36990000), works=WEEKDAYS, iban="BE61310126985517"),
    DemoPerson("Yusuf Demir", Place("Wondelgemstraat 55", 510660000, 37180000), works=(0, 1, 4, 5, 6), iban="BE78403100000044"),
    DemoPerson(
        "Elke Maes", Place("Voskenslaan 31", 510290000, 37210000), works=WEEKDAYS, offices=("secretary",), iban="BE67733040003058"
    ),
    DemoPerson(
        "Rachid El Amrani", Place("Muide 14", 510750000, 37330000), joined=55, works=(2, 3, 4, 5, 6), iban="BE63731012345685"
    ),
    DemoPerson("Sofie Jacobs", Place("Coupure 90", 510530000, 37130000), joined=120, works=(0, 2, 4), iban="BE78001234567747"),
    DemoPerson("Daan Peeters", Place("Zuidparklaan 6", 510450000, 37360000), joined=170, works=LATE, iban="BE80068222222280"),
    DemoPerson(
        "Bram Goossens", Place("Gasmeterlaan 101", 510640000, 37200000), works=WEEKDAYS, left=200, iban="BE29091212121224"
    ),
)

CLIENTS = (
    DemoClient(
        "Bakery Lund",
        "organisation",
        Place("Vlaanderenstraat 22", 510510000, 37290000),
        11,
        pays_after=9,
        vat_number="BE0999900150",
        sign_in_as="client",
    ),
    DemoClient("De Groene Hap", "organisation", Place("Oudburg 60", 510568000, 37265000), 9, pays_after=14, vat_number="BE0999900744"),
    DemoClient("Boekhandel Walrus", "organisation", Place("Sint-Pietersnieuwstraat 85", 510470000, 37270000), 5, pays_after=20, vat_number="BE0999900843"),
    DemoClient("Apotheek Ter Leie", "organisation", Place("Coupure Links 41", 510540000, 37110000), 8, pays_after=7, vat_number="BE0999901041"),
    DemoClient("Bloemen Mira", "organisation", Place("Brabantdam 134", 510490000, 37320000), 6, pays_after=16),
    DemoClient("Drukkerij Letterlap", "organisation", Place("Nieuwevaart 118", 510640000, 37100000), 4, service=1, pays_after=33, vat_number="BE0999901140"),
    DemoClient("Fietslab Noord", "organisation", Place("Blaisantvest 70", 510635000, 37190000), 3, service=1),
    DemoClient("Soep & Co", "organisation", Place("Korenmarkt 3", 510543000, 37220000), 8, pays_after=11, participant="0060:999900000"),
    DemoClient("Kaashuis Tijm", "organisation", Place("Koestraat 40", 510500000, 37280000), 5),
    DemoClient("Atelier Zeep", "organisation", Place("Ottergemsesteenweg 15", 510400000, 37330000), 3, pays_after=25, joined=40),
    DemoClient("Wijnbar Pinot", "organisation", Place("Serpentstraat 9", 510548000, 37255000), 4, joined=90),
    DemoClient(
        "Volkstuin De Boon", "organisation", Place("Groendreef 50", 510610000, 37060000), 3, service=1, pays_after=18, joined=150
    ),
)  # fmt: skip

DROPS = (
    Place("Begijnhoflaan 12", 510580000, 37140000), Place("Heernislaan 88", 510600000, 37420000), Place("Citadellaan 5", 510400000, 37200000),
    Place("Forelstraat 33", 510620000, 37480000), Place("Meulesteedsesteenweg 140", 510760000, 37290000), Place("Ham 71", 510575000, 37345000),
    Place("Lange Violettestraat 200", 510460000, 37345000), Place("Phoenixstraat 18", 510580000, 37020000), Place("Krijgslaan 250", 510270000, 37100000),
    Place("Antwerpsesteenweg 300", 510660000, 37530000), Place("Rozemarijnstraat 25", 510515000, 37150000), Place("Bevrijdingslaan 90", 510600000, 37050000),
    Place("Burggravenlaan 64", 510370000, 37390000), Place("Tolhuislaan 47", 510655000, 37230000), Place("Stropkaai 21", 510380000, 37310000),
)  # fmt: skip

PROPOSALS = (
    DemoProposal(
        95, "Put 2 % aside for the guarantee fund", "Drukkerij Letterlap paid two months late. With 2 % we can pay each other on time.",
        2, "rule", {"key": "jobs.guarantee", "scope": "", "value": [2, 100]}, 8, 1, 0,
        ((3, "I'd rather pay a little and sleep."), (5, "Let's look again in a year.")),
    ),
    DemoProposal(
        160, "Ask whoever is nearest", "Longest-without-a-job sends people across town for one loaf.",
        0, "rule", {"key": "jobs.matching", "scope": "", "value": "nearest"}, 7, 2, 1,
        ((6, "Those who live in the north get less. Can we see the numbers after three months?"), (0, "Yes: they are on the jobs page.")),
    ),
    DemoProposal(
        235, "Raise the contribution to 15 %", "For an office of our own.", 1, "rule",
        {"key": "jobs.contribution", "scope": "", "value": [15, 100]}, 3, 6, 1,
        ((4, "My rent is due too. What would it have cost me last year? I looked: €340."),),
    ),
    DemoProposal(290, "Buy a second cargo bike", "Second-hand, at most €3,200 from the contribution.", 5, "", {}, 9, 0, 1),
    DemoProposal(
        330, "Raise €3,000 for a workshop", "We pay €190 a month to have the bikes repaired. With tools of our own we do it ourselves.", 7, "share_issue",
        {
            "name": "A workshop of our own", "share_class": "ordinary", "goal": 300_000, "minimum": 150_000, "maximum": 400_000,
            "each": 50_000, "public": True, "closes_when_full": False,
            "purpose": "A repair stand, tools and a first stock of tyres and chains, in the shed behind Sleepstraat 4.",
        }, 8, 1, 0,
        ((2, "I looked: two years of repairs cost more than this."), (9, "Who keeps the key?"), (7, "I do, and whoever has the shift.")),
    ),
    DemoProposal(
        361, "Pay every two weeks", "Half the bank files, half the evenings for Lea.", 2, "rule",
        {"key": "payments.rhythm", "scope": "", "value": "fortnightly"}, 3, 2, 0,
        ((8, "Two weeks is long when the month is."), (2, "Then vote against! I only ask.")), stage="voting",
    ),
    DemoProposal(
        363, "Show members each other's pay", "We have nothing to hide from each other.", 3, "rule",
        {"key": "members.pay_visible", "scope": "", "value": True}, 0, 0, 0,
        ((7, "Fine by me if it is by month, not by job."),), stage="discussing",
    ),
    DemoProposal(
        364, "Let the matcher share out the work", "Whoever lives in the middle is nearest to everything. The matcher looks at what we earned this week too.",
        8, "rule", {"key": "jobs.matching", "scope": "", "value": "automatic"}, 0, 0, 0,
        ((4, "Look at the weeks below before you cheer: some of us would have had less."),), stage="discussing",
    ),
)  # fmt: skip

TO_BEGIN = "Pay on time before the first clients have paid"
LOANS = (
    DemoLoan(1, 300_000, 2, 3, TO_BEGIN),
    DemoLoan(2, 300_000, 2, 3, TO_BEGIN),
    DemoLoan(3, 100_000, 2, 3, TO_BEGIN),
)

VELO = DemoCoop(
    slug="velo",
    name="Velo",
    country="BE",
    language="en",
    legal_form="cooperative",
    street="Sleepstraat 4",
    postcode="9000",
    city="Gent",
    email="hello@velo.example",
    iban="BE68539007547034",
    vat_number="BE0999900249",
    accent="#0b6b5d",
    days=365,
    rules={
        "credentials.agreement": True,
        "jobs.guarantee": [1, 100],
        "jobs.matching": "longest_idle",
        "jobs.answer_time": 3 * 3600,
        # Fares: part, amount, percent, beyond, day, hours, zone, formula.
        "rates.fare": [
            ["base", 500, [0, 1], 0, "every", 0, 24, "", ""],
            ["km", 140, [0, 1], 2, "every", 0, 24, "", ""],
            ["km", 110, [0, 1], 8, "every", 0, 24, "", ""],
            ["item", 150, [0, 1], 1, "every", 0, 24, "", ""],
            ["extra", 200, [0, 1], 0, "every", 0, 24, "!Centre", ""],
            ["percent", 0, [1, 4], 0, "every", 20, 24, "", ""],
            ["minimum", 850, [0, 1], 0, "every", 0, 24, "", ""],
        ],
        # Who is on no shift may take a job all the same.
        "slots.jobs": False,
        "rates.zones": [["Centre", "51.062,3.712 51.062,3.740 51.044,3.740 51.044,3.710"]],
        "rates.set_by": "member",
        "rates.choose": True,
        "rates.floor_per_hour": 1400,
        "payments.release": "another_officer",
        "surplus.legal_reserve": [5, 100],
        "surplus.statutory_reserve": [1, 4],
        "surplus.workers": [3, 5],
        "surplus.cash": [1, 2],
    },
    prices=(1250, 2400),
    fares=DemoFares(
        "Courier by distance", "delivery", 10, own=((0, 120), (4, 90)), agreed=((0, 10, "Every morning before seven"),)
    ),
    people=PEOPLE,
    clients=CLIENTS,
    proposals=PROPOSALS,
    applicant=DemoPerson("Nadia Osei", Place("Kikvorsstraat 17", 510330000, 37280000), works=LATE),
    drops=DROPS,
    # One has not told it yet.
    born=(
        *("1991-03-14", "1984-11-02", "1988-06-21", "1995-01-30", "1990-09-09", "1979-12-24", "1998-04-17", "1986-07-05"),
        *("1993-10-11", "", "1999-02-26", "1982-08-08"),
    ),
    keeps_books=True,
    e_invoices=70,
    loans=LOANS,
    subscribers=((7, 6), (2, 5), (5, 10), (3, 4), (9, 6)),
    shifts=(
        DemoShift("Bread run", (0, 1, 2, 3, 4, 5), 6, 9, 2, "Sleepstraat 4"),
        DemoShift("Lunch", (0, 1, 2, 3, 4), 11, 15, 3),
        DemoShift("Evening", (2, 3, 4, 5, 6), 17, 21, 2),
    ),
    things=(
        ("Cargo bike 1", "vehicle", "The key hangs behind the door, hook 3."),
        ("Cargo bike 2", "vehicle", "The left brake squeaks, it holds."),
        ("Meeting room", "room", "Upstairs at Sleepstraat 4, eight chairs."),
    ),
)
