"""Files that people drop in, and what the columns of a table in one are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marke.common.photos import MOST_BYTES, PhotoRefused, Picture, picture

PHOTOS = "image/jpeg,image/png,image/webp"


class UploadField(forms.FileField):
    """A file of at most `most` bytes. `too_large` says what to do with a larger one, with %(size)d and %(most)d in MB.

    accept: the endings that the browser offers, such as ".csv,.txt"
    """

    def __init__(self, *, accept: str, most: int, too_large: Any, **kwargs: Any) -> None:
        self.most, self.too_large = most, too_large
        super().__init__(widget=forms.ClearableFileInput(attrs={"accept": accept}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > self.most:
            raise ValidationError(self.too_large % {"size": file.size // 2**20 + 1, "most": self.most // 2**20})
        return file


class PhotoField(UploadField):
    """Cleans to a `Picture`, made small and rid of what it says about where it was taken."""

    def __init__(self, *, too_large: Any, **kwargs: Any) -> None:
        super().__init__(accept=PHOTOS, most=MOST_BYTES, too_large=too_large, **kwargs)
        self.widget = forms.FileInput(attrs={"accept": PHOTOS})

    def clean(self, data: Any, initial: Any = None) -> Picture | None:
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return picture(file, size=file.size)
        except PhotoRefused as refusal:
            raise ValidationError(str(refusal)) from None


class MeaningField(forms.ChoiceField):
    """Leaving a column out is an answer too, so that it is not said to be optional."""

    says_optional = False


def column_fields(
    header: Sequence[str], rows: Sequence[Sequence[str]], chosen: Sequence[str], meanings: Mapping[str, Any]
) -> dict[str, MeaningField]:
    """One choice for each column, `column_0` …, with an example from the first row that has something in it.

    chosen: of each column the meaning it was understood as, or "" to leave it out
    """
    choices = [("", _("leave it out")), *meanings.items()]
    fields = {}
    for place, (title, meaning) in enumerate(zip(header, chosen, strict=True)):
        example = next((row[place] for row in rows if row[place]), "")
        fields[f"column_{place}"] = MeaningField(
            choices=choices,
            required=False,
            initial=meaning,
            label=title[:60] or gettext("Column %(n)d") % {"n": place + 1},
            help_text=gettext("For example “%(text)s”") % {"text": example[:60]} if example else "",
        )
    return fields
