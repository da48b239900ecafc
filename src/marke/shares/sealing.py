"""The register of shares is append-only in the database itself (INV-SHARE-1)."""
# ruff: noqa: S608  (the SQL is made of our own words only)

from marke.common.db.triggers import Refusal, append_only

EVENT, REQUEST = "shares_shareevent", "shares_sharerequest"
TRANSFER, MOVE, NOTE = "shares_sharetransfer", "shares_transfermove", "shares_noteattestation"

REFUSALS = [
    *append_only(EVENT, "a_share_event", "o.coop_id = NEW.coop_id AND o.number = NEW.number"),
    *append_only(
        REQUEST,
        "a_share_request",
        "o.coop_id = NEW.coop_id AND (o.number = NEW.number OR o.once_key = NEW.once_key)",
    ),
    *append_only(
        TRANSFER,
        "a_share_transfer",
        "o.coop_id = NEW.coop_id AND (o.number = NEW.number OR o.once_key = NEW.once_key)",
    ),
    *append_only(MOVE, "a_move_of_a_share_transfer", "o.transfer_id = NEW.transfer_id AND o.state = NEW.state"),
    *append_only(
        NOTE,
        "an_acknowledged_note",
        "o.coop_id = NEW.coop_id AND o.rule_value_id = NEW.rule_value_id AND o.party_id = NEW.party_id",
    ),
    Refusal(
        "the_register_of_shares_has_no_gap",
        EVENT,
        "INSERT",
        f"NEW.number <> (SELECT COALESCE(MAX(o.number), 0) + 1 FROM {EVENT} o WHERE o.coop_id = NEW.coop_id)",
    ),
    Refusal(
        "nobody_holds_fewer_shares_than_none",
        EVENT,
        "INSERT",
        f"NEW.shares < 0 AND (SELECT COALESCE(SUM(o.shares), 0) FROM {EVENT} o"
        " WHERE o.coop_id = NEW.coop_id AND o.membership_id = NEW.membership_id"
        " AND o.share_class_id = NEW.share_class_id) + NEW.shares < 0",
    ),
    Refusal(
        "no_lot_gives_more_shares_than_are_left_of_it",
        EVENT,
        "INSERT",
        "NEW.shares < 0 AND NEW.lot_id IS NOT NULL AND"
        f" (SELECT COALESCE(SUM(o.shares), 0) FROM {EVENT} o WHERE o.id = NEW.lot_id OR o.lot_id = NEW.lot_id) + NEW.shares < 0",
    ),
    Refusal(
        "shares_go_from_a_lot_of_their_own_holder_and_class",
        EVENT,
        "INSERT",
        f"NEW.lot_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {EVENT} o WHERE o.id = NEW.lot_id AND o.shares > 0"
        " AND o.membership_id = NEW.membership_id AND o.share_class_id = NEW.share_class_id)",
    ),
    Refusal(
        "a_share_event_stays_in_its_own_coop",
        EVENT,
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM parties_membership m WHERE m.id = NEW.membership_id AND m.coop_id = NEW.coop_id)"
        f" OR (NEW.request_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {REQUEST} r WHERE r.id = NEW.request_id"
        " AND r.coop_id = NEW.coop_id AND r.membership_id = NEW.membership_id AND r.share_class_id = NEW.share_class_id))",
    ),
]
