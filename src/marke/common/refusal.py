"""A refusal is an answer, not a crash: a sentence with the values in it, and what to do."""


class Refused(Exception):
    """Something that may not be done now. The message is shown to the person who asked, in their language.

    Subclasses stand beside the function that raises them. `status` is the HTTP status of the page that shows it.
    """

    status = 409

    def __init__(self, message: object) -> None:
        super().__init__(str(message))


class NotAllowed(Refused):
    """This person may not do this."""

    status = 403
