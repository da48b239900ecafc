"""The rules about giving shares back. As they come, they ask for nothing: at once, at what was paid."""

from datetime import timedelta
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from marke_core.rulebook import Amount, Choice, Count, Duration, Percent, Rule, Switch

EXITS = _("Giving shares back")

EXIT_RULES = [
    Rule(
        key="shares.exit_window",
        type=Count(least=0, most=12),
        default=0,
        title=_("When shares can be given back"),
        sentence=_("Shares can be given back in the first {value} months of the financial year; 0 means at any time."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_(
            "The financial year is the calendar year. Who leaves outside these months leaves at once, but the shares wait until the "
            "months come round again."
        ),
    ),
    Rule(
        key="shares.exit_notice",
        type=Duration(least=timedelta(0), most=timedelta(days=1_830)),
        default=0,
        title=_("Notice before shares end"),
        sentence=_("Between asking and the end of the shares lie at least {value}."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("Whole days count. When somebody dies or is excluded there is no notice."),
    ),
    Rule(
        key="shares.exit_effective",
        type=Choice(
            {
                "at_once": _("on the day the notice is over"),
                "end_of_month": _("at the end of the month"),
                "end_of_quarter": _("at the end of the quarter"),
                "sixth_month": _("on the last day of the sixth month of the financial year"),
                "end_of_year": _("at the end of the financial year"),
            }
        ),
        default="at_once",
        title=_("The day on which shares end"),
        sentence=_("Shares that are given back end {value}."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("Until the end of that day they are held, with everything that goes with them."),
    ),
    Rule(
        key="shares.exit_founder_year",
        type=Count(least=0, most=20),
        default=0,
        title=_("How long founders stay"),
        sentence=_("Founders can give shares back from the co-op's financial year number {value} on; 0 means at any time."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("Founders are those who were members when the founding was declared complete."),
    ),
    Rule(
        key="shares.exit_price",
        type=Choice(
            {
                "paid_in": _("what was paid for them"),
                "net_assets": _("what was paid for them, or their part of the net assets if that is lower"),
                "nominal": _("what was paid for them, their part of the net assets or the nominal value, whichever is lowest"),
            }
        ),
        default="paid_in",
        title=_("What is paid back for shares"),
        sentence=_("For shares that are given back the co-op pays {value}."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_(
            "It is the price at which these very shares were issued, the oldest first, and never that of today. Net assets "
            "are those of the last approved accounts; until a year was approved, those of the books."
        ),
    ),
    Rule(
        key="shares.exit_minimum_stay",
        type=Duration(least=timedelta(0), most=timedelta(days=3_660)),
        default=0,
        title=_("The shortest stay"),
        sentence=_("Who gives shares back before {value} of membership pays the penalty for leaving early."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("It does not count when somebody has died."),
    ),
    Rule(
        key="shares.exit_penalty",
        type=Percent(least=Fraction(0), most=Fraction(1)),
        default=[0, 1],
        title=_("The penalty for leaving early"),
        sentence=_("Who stays shorter than that, or is excluded, gets {value} less; it goes to the legal reserve."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("Some laws set a limit: in Spain it is 30 %."),
    ),
    Rule(
        key="shares.exit_pay_within",
        type=Duration(least=timedelta(0), most=timedelta(days=1_830)),
        default=timedelta(days=30).days * 86_400,
        title=_("How soon shares are paid back"),
        sentence=_("Shares are paid back within {value} after they ended."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("It holds where nothing is paid in instalments. The treasurer may pay before."),
    ),
    Rule(
        key="shares.exit_years",
        type=Count(least=0, most=20),
        default=0,
        title=_("Instalments for shares"),
        sentence=_("Shares are paid back in {value} yearly instalments; 0 means all at once."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("Every year brings at least its even part. In Spain it is at most 5 years."),
    ),
    Rule(
        key="shares.exit_years_on_death",
        type=Count(least=0, most=20),
        default=1,
        title=_("Instalments when somebody has died"),
        sentence=_("To heirs shares are paid back in at most {value} yearly instalments; 0 means all at once."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_("It never makes them wait longer than others: where shares are paid at once, they are for heirs too."),
    ),
    Rule(
        key="shares.exit_interest",
        type=Percent(least=Fraction(0), most=Fraction(1)),
        default=[0, 1],
        title=_("Interest on instalments"),
        sentence=_("On what is still to be paid back there is {value} interest a year."),
        section=EXITS,
        varies_by=("share_class",),
        explains=_(
            "It is for the years of the instalment plan and is booked when an instalment falls due. While a payment is suspended "
            "none runs."
        ),
    ),
    Rule(
        key="shares.exit_net_asset_test",
        type=Switch(on=_("only while net assets stay above the floor"), off=_("whatever the net assets are")),
        default=False,
        title=_("The net-asset test"),
        sentence=_("Shares are paid back {value}."),
        section=EXITS,
        explains=_(
            "What cannot be paid is suspended: it keeps its place in the queue, and is paid before anything is distributed."
        ),
    ),
    Rule(
        key="shares.exit_net_asset_floor",
        type=Amount(least=0, most=10**12),
        default=0,
        title=_("The floor of the net assets"),
        sentence=_("Net assets may not fall below {value} by paying shares back."),
        section=EXITS,
        explains=_("It is what the statutes or the law want to stay in the co-op; often nothing."),
    ),
    Rule(
        key="shares.exit_liquidity_months",
        type=Count(least=0, most=36),
        default=0,
        title=_("The liquidity test"),
        sentence=_(
            "Before shares are paid back, those in office report that all debts of the next {value} months can be paid; "
            "0 means no report."
        ),
        section=EXITS,
        explains=_("The report is a signed text with figures and is kept. No more is paid than it leaves."),
    ),
    Rule(
        key="shares.exit_report_life",
        type=Duration(least=timedelta(days=1), most=timedelta(days=366)),
        default=90 * 86_400,
        title=_("How long a liquidity report counts"),
        sentence=_("A liquidity report counts for {value}."),
        section=EXITS,
        explains=_("After that those in office look again."),
    ),
    Rule(
        key="shares.exit_from_surplus",
        type=Switch(
            on=_("only out of the surplus of the last year, and while the co-op is solvent"), off=_("whatever the surplus is")
        ),
        default=False,
        title=_("Only out of the surplus"),
        sentence=_("Shares are paid back {value}."),
        section=EXITS,
        explains=_("It is the rule for withdrawable shares of British societies."),
    ),
    Rule(
        key="shares.exit_suspended_first",
        type=Switch(on=_("before anything is distributed"), off=_("without a rank before distributions")),
        default=True,
        title=_("Suspended repayments"),
        sentence=_("Repayments that were suspended are paid {value}."),
        section=EXITS,
        explains=_("Who left is not paid after those who stayed."),
    ),
]
