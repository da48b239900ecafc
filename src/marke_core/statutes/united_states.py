"""The United States: the co-operative taxed by subchapter T."""

from marke_core.statutes.figures import About, Bound, Figure, Kind, Regime

EXACTLY, MOST, LEAST = Bound.EXACTLY, Bound.MOST, Bound.LEAST
CFR = "26 CFR 1.1388-1 (github 18F/allregs: html/sections/26CFR1.1388-1.html)"
BYLAWS = "github colab-coop/bylaws: ARTICLE-7.markdown"

SUBCHAPTER_T = Regime(
    code="us_subchapter_t",
    kind=Kind.FORM,
    label="co-operative under subchapter T (United States)",
    country="US",
    legal_form="cooperative",
    needs_deed=True,
    rows=("US Subchapter T", "US coops", "US 26 CFR"),
    figures=(
        Figure("us.cash", "surplus.cash", LEAST, [20, 100], CFR, About.SURPLUS, told=False, row="patronage.cash_min"),
        Figure("us.pay_within", "surplus.pay_within", MOST, 8, BYLAWS, About.SURPLUS, row="patronage.payment_window",
               doubt="By-laws say eight and a half months; the rule counts whole months."),
        Figure("us.members_only", "surplus.member_business", EXACTLY, "workers", CFR, About.SURPLUS, or_else=("clients",),
               told=False, row="patronage.nonmember_earnings"),
        Figure("us.capital_first", "statutes.capital_first", EXACTLY, True, CFR, About.RETURN, told=False,
               row="patronage.dividends_on_capital_first"),
        Figure("us.redeem", "statutes.redeem_window", LEAST, 90 * 86_400, CFR, About.SURPLUS, told=False,
               row="qualified.redeem_window"),
    ),
)  # fmt: skip

REGIMES = (SUBCHAPTER_T,)
