"""The four digits by which a client says: yes, you are at the right door. Nothing is stored, so nothing can be read out."""

from django.utils.crypto import constant_time_compare, salted_hmac

from marke.jobs.models import Job

# After so many wrong ones, the code of this place proves nothing any more.
MOST_WRONG = 5


def code_of(job: Job, position: int) -> str:
    """For one place of one job; only the client's own page shows it."""
    digest = salted_hmac("marke.jobs.codes", f"{job.pk}:{job.token}:{position}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10_000:04d}"


def is_code(job: Job, position: int, said: str) -> bool:
    digits = "".join(letter for letter in said if letter.isascii() and letter.isdigit())
    return constant_time_compare(digits, code_of(job, position))
