"""What can be done with work. Each function is one use case and one transaction."""

from marke.jobs.services.asking import (
    CannotBeAsked,
    accept_offer,
    ask_next,
    decline_offer,
    expire_offer,
    hand_back,
    offer_job,
    take_job,
    tell_stage,
    withdraw_offer,
)
from marke.jobs.services.booking import TooManyBookings, book_job, check_booking
from marke.jobs.services.cancelling import FeeNotAgreed, cancel_job
from marke.jobs.services.catalogue import BY_FARE, ServiceDoesNotFit, ServiceEnded, add_service, change_service, end_service
from marke.jobs.services.clients import book_for, client_for
from marke.jobs.services.disputes import (
    AlreadyAnswered,
    OutcomeDoesNotFit,
    OwnCase,
    ReasonNeeded,
    answer_contest,
    contest,
    dispute_job,
    resolve_dispute,
)
from marke.jobs.services.offering import OfferIsOver, SomebodyWasFirst, is_over
from marke.jobs.services.quoting import NoFare, PriceLine, Quote, gross_price, quote, quotes_for
from marke.jobs.services.settlement import CannotBeCorrected, correct_settlement, settle_job, settle_jobs, settlement_key
from marke.jobs.services.tips import NoTip, give_tip, lapse_tips, withdraw_tip
from marke.jobs.services.work import (
    confirm_by_silence,
    confirm_job,
    confirmed_by,
    ends_at,
    expire_job,
    finish_job,
    silence_confirms,
    start_job,
)
from marke.jobs.wishes import BookingDoesNotFit

__all__ = [
    "BY_FARE",
    "AlreadyAnswered",
    "BookingDoesNotFit",
    "CannotBeAsked",
    "CannotBeCorrected",
    "FeeNotAgreed",
    "NoFare",
    "NoTip",
    "OfferIsOver",
    "OutcomeDoesNotFit",
    "OwnCase",
    "PriceLine",
    "Quote",
    "ReasonNeeded",
    "ServiceDoesNotFit",
    "ServiceEnded",
    "SomebodyWasFirst",
    "TooManyBookings",
    "accept_offer",
    "add_service",
    "answer_contest",
    "ask_next",
    "book_for",
    "book_job",
    "cancel_job",
    "change_service",
    "check_booking",
    "client_for",
    "confirm_by_silence",
    "confirm_job",
    "confirmed_by",
    "contest",
    "correct_settlement",
    "decline_offer",
    "dispute_job",
    "end_service",
    "ends_at",
    "expire_job",
    "expire_offer",
    "finish_job",
    "give_tip",
    "gross_price",
    "hand_back",
    "is_over",
    "lapse_tips",
    "offer_job",
    "quote",
    "quotes_for",
    "resolve_dispute",
    "settle_job",
    "settle_jobs",
    "settlement_key",
    "silence_confirms",
    "start_job",
    "take_job",
    "tell_stage",
    "withdraw_offer",
    "withdraw_tip",
]
