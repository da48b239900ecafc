"""No legal form at all, and models that people take from others: FairShares, a quarter to each of four groups, by-laws.

A model binds because the members adopted it, not because a law says so: by their own decision they can leave it.
"""

from marke_core.statutes.figures import About, Bound, Figure, Kind, Regime

EXACTLY, MOST, LEAST, DEFAULT = Bound.EXACTLY, Bound.MOST, Bound.LEAST, Bound.DEFAULT
WIKI = "http://www.fairshares.coop/wiki/index.php?title="
V3 = f"{WIKI}Labour_Share"
FRACTION = f"{WIKI}Investor_Share_Fraction"
RESERVES = f"{WIKI}Reserves,_Corporation_Tax_and_Investor_Dividends"
COLAB_BYLAWS = "github colab-coop/bylaws: ARTICLE-7.markdown"
OUR_PAPERS = "people who start platform co-operatives; by-laws that say so were not found"
NO_PROFIT = "CSA/WVV art. 1:2 and 1:4 (vzw), art. 8:5 (social enterprise)"
PUT_TOGETHER = "Put together from the association and the social enterprise; statutes of a non-profit were not looked up."
YEARS = 365 * 86_400

INFORMAL = Regime(code="informal", kind=Kind.FORM, label="a group without a legal form", legal_form="none", figures=())

FAIRSHARES = Regime(
    code="fairshares",
    kind=Kind.MODEL,
    label="FairShares, version 3",
    rows=("FairShares",),
    figures=(
        Figure("fs.reserve", "surplus.statutory_reserve", DEFAULT, [30, 100], RESERVES, About.RESERVE, row="reserve.default"),
        Figure("fs.labour_default", "surplus.workers", DEFAULT, [35, 100], V3, About.SURPLUS, row="labour.fraction"),
        Figure("fs.labour_least", "surplus.workers", LEAST, [30, 100], V3, About.SURPLUS, row="labour.fraction"),
        Figure("fs.labour_most", "surplus.workers", MOST, [45, 100], V3, About.SURPLUS, row="labour.fraction"),
        Figure("fs.users", "surplus.users", DEFAULT, [35, 100], V3, About.SURPLUS),
        Figure("fs.investors_kind", "surplus.capital", DEFAULT, "part", FRACTION, About.RETURN, row="investor.fraction"),
        Figure("fs.investors_default", "surplus.funders", DEFAULT, [30, 100], FRACTION, About.RETURN, row="investor.fraction",
               doubt="In rules that the British FCA registers it is at most 25 %."),
        Figure("fs.investors", "surplus.funders", MOST, [40, 100], FRACTION, About.RETURN, row="investor.fraction",
               doubt="In rules that the British FCA registers it is at most 25 %."),
        Figure("fs.founders", "surplus.founders", EXACTLY, [0, 1], f"{WIKI}Member_Shares", About.SURPLUS),
        Figure("fs.capital_gain", "statutes.capital_gain", DEFAULT, [1, 2], f"{WIKI}Member_Shares", About.SURPLUS,
               row="capital_gain.fraction"),
        Figure("fs.investor_wait", "statutes.investor_wait", LEAST, 3 * YEARS, f"{WIKI}Investor_Shares", About.LEAVING,
               row="investor.redeemable_after", doubt="An earlier text says five years."),
        Figure("fs.special_members", "statutes.special_members", LEAST, [75, 100], f"{WIKI}Special_Resolution&oldid=3149",
               About.VOTE, row="vote.special_resolution"),
        Figure("fs.special_classes", "statutes.special_classes", EXACTLY, True, f"{WIKI}Special_Resolution&oldid=3149",
               About.VOTE, row="vote.special_resolution"),
        Figure("fs.votes", "shares.votes", EXACTLY, "member", f"{WIKI}Special_Resolution&oldid=3149", About.VOTE,
               or_else=("none",)),
        Figure("fs.quorum", "decisions.quorum", DEFAULT, [2, 5], "http://fairshares.coop/wiki/index.php?oldid=3955&title=Quorum",
               About.VOTE, doubt="Of 10 to 50 members two fifths, of more 20 members, of fewer half and at least 3."),
    ),
)  # fmt: skip

QUARTERS = Regime(
    code="quarters",
    kind=Kind.MODEL,
    label="a quarter to each of founders, funders, workers and users",
    figures=(
        Figure("q.workers", "surplus.workers", EXACTLY, [1, 4], OUR_PAPERS, About.SURPLUS),
        Figure("q.users", "surplus.users", EXACTLY, [1, 4], OUR_PAPERS, About.SURPLUS),
        Figure("q.founders", "surplus.founders", EXACTLY, [1, 4], OUR_PAPERS, About.SURPLUS),
        Figure("q.capital", "surplus.capital", EXACTLY, "part", OUR_PAPERS, About.SURPLUS),
        Figure("q.funders", "surplus.funders", EXACTLY, [1, 4], OUR_PAPERS, About.SURPLUS,
               doubt="FairShares, to which this is often put down, says something else: see there."),
        Figure("q.parts_of", "surplus.parts_of", DEFAULT, "rest", OUR_PAPERS, About.SURPLUS),
    ),
)  # fmt: skip

COLAB = Regime(
    code="colab",
    kind=Kind.MODEL,
    label="half to members' accounts, half to what is held in common (CoLab by-laws)",
    rows=("US CoLab bylaws",),
    figures=(
        Figure("colab.collective", "surplus.statutory_reserve", DEFAULT, [1, 2], COLAB_BYLAWS, About.RESERVE, row="surplus.split"),
        Figure("colab.accounts", "surplus.workers", DEFAULT, [1, 1], COLAB_BYLAWS, About.SURPLUS, row="surplus.split"),
        Figure("colab.parts_of", "surplus.parts_of", DEFAULT, "rest", COLAB_BYLAWS, About.SURPLUS, row="surplus.split"),
        Figure("colab.cash", "surplus.cash", LEAST, [20, 100], COLAB_BYLAWS, About.SURPLUS, row="surplus.split"),
        Figure("colab.pay_within", "surplus.pay_within", MOST, 8, COLAB_BYLAWS, About.SURPLUS, row="surplus.split",
               doubt="By-laws say eight and a half months; the rule counts whole months."),
        Figure("colab.kept_for", "surplus.kept_for", MOST, 3, COLAB_BYLAWS, About.SURPLUS, row="surplus.split",
               nought_is_endless=True),
    ),
)  # fmt: skip

SUMA = Regime(
    code="suma",
    kind=Kind.MODEL,
    label="the first £100,000 stays, then half and half (Suma, as FairShares tells)",
    rows=("Suma",),
    figures=(
        Figure("suma.first", "surplus.first", LEAST, 100_000_00, RESERVES, About.RESERVE, currency="GBP", row="surplus.split"),
        Figure("suma.reserve", "surplus.statutory_reserve", DEFAULT, [1, 2], RESERVES, About.RESERVE, row="surplus.split"),
        Figure("suma.members", "surplus.members", DEFAULT, [1, 1], RESERVES, About.SURPLUS, row="surplus.split"),
    ),
)  # fmt: skip

# On an association that already may not divide anything, or on a co-operative that chooses to be one, as drivers do.
NON_PROFIT = Regime(
    code="non_profit",
    kind=Kind.MODEL,
    label="non-profit: nothing of a surplus is given out",
    figures=(
        *(
            Figure(f"np.{part}", f"surplus.{part}", EXACTLY, [0, 1], NO_PROFIT, About.SURPLUS, doubt=PUT_TOGETHER)
            for part in ("workers", "users", "founders", "members")
        ),
        Figure("np.capital", "surplus.capital", EXACTLY, "none", NO_PROFIT, About.RETURN, doubt=PUT_TOGETHER),
        Figure("np.distribution", "statutes.distribution", EXACTLY, False, NO_PROFIT, About.SURPLUS, doubt=PUT_TOGETHER),
        Figure("np.exit_price", "shares.exit_price", EXACTLY, "nominal", NO_PROFIT, About.LEAVING, doubt=PUT_TOGETHER),
        Figure("np.liquidation", "statutes.liquidation", EXACTLY, "purpose", NO_PROFIT, About.WINDING_UP, doubt=PUT_TOGETHER),
    ),
)

REGIMES = (NON_PROFIT, FAIRSHARES, QUARTERS, COLAB, SUMA)
