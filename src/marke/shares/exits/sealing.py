"""What was asked, fixed, promised, signed and paid about shares is append-only in the database itself (INV-EXIT-1)."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, append_only

EXIT, MOVE, PRICE, PART = "shares_shareexit", "shares_exitmove", "shares_exitprice", "shares_exitpart"
INSTALMENT, PAYMENT, REPORT = "shares_exitinstalment", "shares_exitpayment", "shares_liquidityreport"

EXIT_REFUSALS = [
    *append_only(EXIT, "a_share_exit", "o.coop_id = NEW.coop_id AND (o.number = NEW.number OR o.once_key = NEW.once_key)"),
    *append_only(MOVE, "a_move_of_an_exit", "1 = 0"),
    *append_only(PRICE, "the_price_of_an_exit", "o.exit_id = NEW.exit_id"),
    *append_only(
        PART, "a_part_of_an_exit", "o.event_id = NEW.event_id OR (o.exit_id = NEW.exit_id AND o.position = NEW.position)"
    ),
    *append_only(INSTALMENT, "an_instalment_of_an_exit", "o.exit_id = NEW.exit_id AND o.position = NEW.position"),
    *append_only(PAYMENT, "a_payment_of_an_exit", "o.refund_id = NEW.refund_id"),
    *append_only(
        REPORT, "a_liquidity_report", "o.coop_id = NEW.coop_id AND (o.number = NEW.number OR o.once_key = NEW.once_key)"
    ),
    Refusal(
        "nobody_is_paid_more_for_shares_than_is_owed",
        PAYMENT,
        "INSERT",
        f"NEW.amount + (SELECT COALESCE(SUM(o.amount), 0) FROM {PAYMENT} o WHERE o.exit_id = NEW.exit_id)"
        f" > (SELECT COALESCE(SUM(i.principal + i.interest), 0) FROM {INSTALMENT} i WHERE i.exit_id = NEW.exit_id)",
    ),
    Refusal(
        "an_exit_that_was_cancelled_has_no_price",
        PRICE,
        "INSERT",
        f"EXISTS (SELECT 1 FROM {MOVE} m WHERE m.exit_id = NEW.exit_id AND m.state = 'cancelled')",
    ),
]
