"""Mutirão, people of a neighbourhood in São Paulo who find work for each other. No fee, no bank, no form. Nobody in it exists."""

from marke.packs.demo import DemoClient, DemoCoop, DemoPerson, DemoProposal, Place

PEOPLE = (
    DemoPerson("Lourdes Pereira", Place("Rua do Campo Limpo 300", -236460000, -467600000), offices=("coordinator", "treasurer"), sign_in_as="coordinator", phone="+55 11 55500 1001"),
    DemoPerson("Severino Alves", Place("Rua das Flores 22", -236520000, -467660000), sign_in_as="member", phone="+55 11 55500 1002"),
    DemoPerson("Jussara Lima", Place("Rua da Feira 8", -236400000, -467540000), works=(0, 2, 4, 5), phone="+55 11 55500 1003"),
    DemoPerson("Wellington Souza", Place("Travessa do Poço 3", -236390000, -467700000), works=(1, 2, 3, 4, 5), phone="+55 11 55500 1004"),
    DemoPerson("Dona Cida Ramos", Place("Rua do Mirante 90", -236570000, -467580000), works=(0, 1, 2), phone="+55 11 55500 1005"),
    DemoPerson("Joana Batista", Place("Rua Nova 117", -236480000, -467780000), joined=30, phone="+55 11 55500 1006"),
    DemoPerson("Edson Nunes", Place("Rua da Pedreira 41", -236610000, -467710000), joined=90, works=(4, 5, 6), phone="+55 11 55500 1007"),
    DemoPerson("Rosângela Dias", Place("Rua do Sol 5", -236350000, -467610000), joined=160, phone="+55 11 55500 1008"),
)  # fmt: skip

CLIENTS = (
    DemoClient("Marta Oliveira", "household", Place("Rua das Palmeiras 14", -236440000, -467620000), 1, sign_in_as="client", phone="+55 11 55500 1009"),
    DemoClient("Sr. Antônio", "household", Place("Rua da Escola 70", -236500000, -467570000), 1, service=1, phone="+55 11 55500 1010"),
    DemoClient("Creche Girassol", "organisation", Place("Rua do Campo Limpo 520", -236430000, -467690000), 2, service=2, phone="+55 11 55500 1011"),
    DemoClient("Padaria da Esquina", "organisation", Place("Rua da Feira 31", -236410000, -467550000), 1, service=3, phone="+55 11 55500 1012"),
    DemoClient("Família Rocha", "household", Place("Rua do Mirante 12", -236560000, -467600000), 1, service=4, joined=50, phone="+55 11 55500 1013"),
    DemoClient("Beatriz Moura", "household", Place("Rua Nova 60", -236490000, -467760000), 1, joined=120, phone="+55 11 55500 1014"),
)  # fmt: skip

PROPOSALS = (
    DemoProposal(
        120, "Four hours to answer", "On a roof nobody looks at the phone.", 3, "rule",
        {"key": "jobs.answer_time", "scope": "", "value": 4 * 3600}, 5, 1, 0, ((2, "And the client waits all day?"),),
    ),
    DemoProposal(
        364, "A talk before anybody is sent away", "It happened once, and it was a mistake of ours.", 4, "", {}, 0, 0, 0,
        ((0, "We do it already. Let us write it down."),), stage="discussing",
    ),
)  # fmt: skip

MUTIRAO = DemoCoop(
    slug="mutirao",
    name="Mutirão",
    country="BR",
    language="en",
    legal_form="none",
    street="Rua do Campo Limpo 300",
    postcode="05787-000",
    city="São Paulo",
    email="ola@mutirao.example",
    iban="",
    vat_number="",
    accent="#a3430c",
    days=365,
    rules={},
    prices=(0, 0, 0, 0, 0),
    people=PEOPLE,
    clients=CLIENTS,
    proposals=PROPOSALS,
)
