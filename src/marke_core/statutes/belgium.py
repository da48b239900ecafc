"""Belgium: the association (vzw), the co-operative company (CV), and what can be recognised on top of it."""

from datetime import date

from marke_core.statutes.figures import About, Bound, Figure, Kind, Regime

EXACTLY, MOST, LEAST, DEFAULT = Bound.EXACTLY, Bound.MOST, Bound.LEAST, Bound.DEFAULT
NEW_CODE, PROSPECTUS_LAW, FROM_2018 = date(2019, 5, 1), date(2018, 7, 21), date(2018, 1, 1)
DAY = 86_400

E2 = "https://www.e2.law/fr/enforceablerights/demission-a-charge-du-patrimoine-social/"
REIMBURSEMENT = "https://wallonie-bruxelles.febecoop.be/?notes-outils=remboursement-des-parts-en-cooperative"
DOUBLE_TEST = "https://febecoop.be/fr/double-test-test-lactif-net-et-test-liquidite/"
NOVALIS = "https://novalis.law/srl-sc-demission-et-exclusion-des-actionnaires/"
CERA = "https://www.cera.coop/fr/Cooperatives/Info-et-recherche/Juridische-info/3-Erkenning-NRC"
RECOGNISED = f"https://labelfinancite.be/question/cest-quoi-une-cooperative-agreee-par-le-cnc/ ; {CERA}"
DECREE = f"AR/KB 8-1-1962 art. 1, as amended 4-5-2016 (quoted at wordscope.be) ; {CERA}"
SOCIAL = "CSA/WVV art. 8:5 (http://newsletter-nrc-cnc.be/index.php/fr/faq/98-...)"
OFFERS = "http://newsletter-nrc-cnc.be/index.php/fr/spot-on/84-... ; https://www.cera.coop (4-10-2018)"
TAX = "https://www.cera.coop (2024) ; https://incofincvso.be ; https://www.test-achats.be"
SHELTER = "OCA/cooperative 16.0: l10n_be_cooperator/models/tax_shelter_declaration.py"
VZW = "CSA/WVV art. 1:2 and 1:4"

ABOUT_THE_BV = "The pages describe the text for the BV/SRL; art. 6:115 to 6:123 for the CV/SC were not read."
NOT_SINCE_2021 = "Whether European rules on prospectuses and crowdfunding changed this after 2021 was not looked up."
NET_TODAY = "The decree as quoted says 6 % net of withholding tax, other pages just 6 %; which holds today was not looked up."
GENERAL_KNOWLEDGE = "From general knowledge: neither the law nor a page about it was looked up."


def _nothing_divided(prefix: str, source: str, doubt: str) -> tuple[Figure, ...]:
    """Nothing of a surplus goes to members."""
    parts = ("surplus.workers", "surplus.users", "surplus.founders", "surplus.members")
    return (
        *(Figure(f"{prefix}.{rule}", rule, EXACTLY, [0, 1], source, About.SURPLUS, doubt=doubt) for rule in parts),
        Figure(f"{prefix}.capital", "surplus.capital", EXACTLY, "none", source, About.RETURN, doubt=doubt),
    )


ASSOCIATION = Regime(
    code="be_vzw",
    kind=Kind.FORM,
    label="vzw / asbl (Belgium)",
    country="BE",
    legal_form="association",
    needs_deed=True,
    figures=(
        *_nothing_divided("be.vzw", VZW, GENERAL_KNOWLEDGE),
        Figure("be.vzw.liquidation", "statutes.liquidation", EXACTLY, "purpose", VZW, About.WINDING_UP, doubt=GENERAL_KNOWLEDGE),
    ),
)

_LEAVING = (
    Figure("be.exit.window", "shares.exit_window", DEFAULT, 6, E2, About.LEAVING, since=NEW_CODE, row="exit.window",
           doubt=ABOUT_THE_BV),
    Figure("be.exit.effective", "shares.exit_effective", DEFAULT, "sixth_month", E2, About.LEAVING, since=NEW_CODE,
           row="exit.effective", doubt=ABOUT_THE_BV),
    Figure("be.exit.pay_within", "shares.exit_pay_within", DEFAULT, 30 * DAY, E2, About.LEAVING, since=NEW_CODE,
           row="exit.effective", doubt=ABOUT_THE_BV),
    Figure("be.exit.price", "shares.exit_price", EXACTLY, "net_assets", f"{E2} ; {REIMBURSEMENT}", About.LEAVING,
           or_else=("nominal",), since=NEW_CODE, row="exit.price", doubt=ABOUT_THE_BV),
    Figure("be.exit.founders", "shares.exit_founder_year", LEAST, 3, NOVALIS, About.LEAVING, since=NEW_CODE,
           row="exit.founder_lock"),
    Figure("be.test.exit_assets", "shares.exit_net_asset_test", EXACTLY, True, DOUBLE_TEST, About.LEAVING, since=NEW_CODE,
           row="distribution.net_asset_test"),
    Figure("be.test.exit_liquidity", "shares.exit_liquidity_months", LEAST, 12, DOUBLE_TEST, About.LEAVING, since=NEW_CODE,
           row="distribution.liquidity_test"),
    Figure("be.exit.suspended", "shares.exit_suspended_first", EXACTLY, True, E2, About.LEAVING, since=NEW_CODE,
           row="distribution.suspended_exit_first", doubt=ABOUT_THE_BV),
)  # fmt: skip

_SURPLUS = (
    Figure("be.test.surplus_assets", "surplus.net_assets", EXACTLY, True, DOUBLE_TEST, About.SURPLUS, since=NEW_CODE,
           row="distribution.net_asset_test"),
    Figure("be.test.surplus_liquidity", "surplus.liquidity", LEAST, 12, DOUBLE_TEST, About.SURPLUS, since=NEW_CODE,
           row="distribution.liquidity_test"),
    Figure("be.tax.withheld", "surplus.withholding", EXACTLY, [30, 100], TAX, About.RETURN, since=FROM_2018,
           row="withholding.rate", doubt="The rate of 2026 was not looked up."),
    Figure("be.tax.exempt", "statutes.withholding_exempt", EXACTLY, 190_00, TAX, About.RETURN, currency="EUR",
           until=FROM_2018, row="withholding.rate"),
    Figure("be.tax.exempt_none", "statutes.withholding_exempt", EXACTLY, 0, TAX, About.RETURN, currency="EUR",
           since=FROM_2018, row="withholding.rate"),
    Figure("be.tax.reclaimed", "statutes.withholding_reclaimed", DEFAULT, 800_00, TAX, About.RETURN, currency="EUR",
           since=FROM_2018, row="withholding.rate",
           doubt="First it was €640, later €800; from which year, and what it is in 2026, was not looked up."),
)  # fmt: skip

_OFFERS = (
    Figure("be.offer.free_total", "capital.offer_free_total", MOST, 500_000_00, OFFERS, About.SHARES, currency="EUR",
           since=PROSPECTUS_LAW, row="offer.no_document_max_total", doubt=NOT_SINCE_2021),
    Figure("be.offer.free_each", "capital.offer_free_each", MOST, 5_000_00, OFFERS, About.SHARES, currency="EUR",
           since=PROSPECTUS_LAW, row="offer.no_document_max_total", doubt=NOT_SINCE_2021),
    Figure("be.offer.note_total", "capital.offer_note_total", MOST, 5_000_000_00, OFFERS, About.SHARES, currency="EUR",
           since=PROSPECTUS_LAW, row="offer.info_note_max_total", doubt=NOT_SINCE_2021),
    Figure("be.offer.persons", "capital.offer_persons", MOST, 150, OFFERS, About.SHARES, since=PROSPECTUS_LAW,
           row="offer.persons_min", doubt=NOT_SINCE_2021),
)  # fmt: skip

_SHELTER = Figure("be.tax.shelter", "statutes.tax_shelter", EXACTLY, "none", SHELTER, About.SHARES,
                  or_else=("scale_up", "small", "micro"), row="tax_shelter.rate",
                  doubt="As coded in another program; the rates of 2026 were not looked up.")  # fmt: skip

COOPERATIVE = Regime(
    code="be_cv",
    kind=Kind.FORM,
    label="CV / SC, co-operative company (Belgium)",
    country="BE",
    legal_form="cooperative",
    needs_deed=True,
    rows=("BE CSA", "BE tax", "BE prospectus", "BE tax shelter"),
    figures=(*_LEAVING, *_SURPLUS, *_OFFERS, _SHELTER),
)

RECOGNITION = Regime(
    code="be_recognised",
    kind=Kind.RECOGNITION,
    label="recognised by the National Council for Co-operation (Belgium)",
    country="BE",
    fits=("be_cv",),
    rows=("BE recognised coop",),
    figures=(
        Figure("be.nrc.votes", "statutes.votes_cap_of_present", MOST, [1, 10], RECOGNISED, About.VOTE, row="vote.cap_of_present"),
        Figure("be.nrc.return", "shares.return_cap", MOST, [6, 100], DECREE, About.RETURN, row="dividend.max_rate",
               told=False, doubt=NET_TODAY),
        Figure("be.nrc.net", "shares.return_net", DEFAULT, True, DECREE, About.RETURN, row="dividend.max_rate",
               told=False, doubt=NET_TODAY),
        Figure("be.nrc.workers_by", "surplus.workers_by", EXACTLY, "pay", f"{CERA} (7)", About.SURPLUS,
               or_else=("hours", "jobs"), row="patronage.basis"),
        Figure("be.nrc.users_by", "surplus.users_by", EXACTLY, "purchases", f"{CERA} (7)", About.SURPLUS,
               or_else=("bookings",), row="patronage.basis"),
        Figure("be.nrc.members_by", "surplus.members_by", EXACTLY, "pay", f"{CERA} (7)", About.SURPLUS,
               or_else=("hours", "purchases"), row="patronage.basis"),
        Figure("be.nrc.founders", "surplus.founders", EXACTLY, [0, 1], f"{CERA} (7)", About.SURPLUS, row="patronage.basis"),
        Figure("be.nrc.directors", "statutes.directors_pay", EXACTLY, "unpaid", f"{CERA} (6)", About.OTHER,
               or_else=("set",), row="director.pay"),
    ),
)  # fmt: skip

SOCIAL_ENTERPRISE = Regime(
    code="be_social",
    kind=Kind.RECOGNITION,
    label="recognised as a social enterprise (Belgium)",
    country="BE",
    fits=("be_cv",),
    rows=("BE social enterprise",),
    figures=(
        Figure("be.social.exit_price", "shares.exit_price", EXACTLY, "nominal", SOCIAL, About.LEAVING, since=NEW_CODE,
               row="exit.price_max"),
        Figure("be.social.liquidation", "statutes.liquidation", EXACTLY, "purpose", SOCIAL, About.WINDING_UP, since=NEW_CODE,
               row="liquidation.destination"),
    ),
)  # fmt: skip

REGIMES = (ASSOCIATION, COOPERATIVE, RECOGNITION, SOCIAL_ENTERPRISE)
