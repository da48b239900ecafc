"""What is done with feedback. One function = one use case = one transaction."""

from marke.feedback.services.answering import answer, answer_contest, contest, hide
from marke.feedback.services.asking import ask_again, ask_for_feedback, stop_asking
from marke.feedback.services.history import Said, record
from marke.feedback.services.saying import open_until, say

__all__ = [
    "Said",
    "answer",
    "answer_contest",
    "ask_again",
    "ask_for_feedback",
    "contest",
    "hide",
    "open_until",
    "record",
    "say",
    "stop_asking",
]
