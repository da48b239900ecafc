"""The forms of signing in, as all of Marke's forms: a label above each field, no fading words inside it."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class Plain:
    """Takes the placeholders away, which vanish as soon as one types, and names the fields in our words."""

    use_required_attribute = False
    labels = {
        "login": _("Mail address"),
        "email": _("Mail address"),
        "code": _("Code"),
        "password": _("Password"),
        "oldpassword": _("Present password"),
        "password1": _("Password"),
        "password2": _("The same password again"),
    }
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
        if "code" in self.fields:
            self.fields["code"].widget.attrs.update({"class": "input--code", "autocapitalize": "characters"})


class LoginForm(Plain, forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""  # the way to a new password stands beside the button


class SignupForm(Plain, forms.SignupForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("Leave it empty to sign in by mailed codes only. At least 10 characters.")


class RequestLoginCodeForm(Plain, forms.RequestLoginCodeForm):  # type: ignore[misc]
    pass


class ConfirmLoginCodeForm(Plain, forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    pass


class AddEmailForm(Plain, forms.AddEmailForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(Plain, forms.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(Plain, forms.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(Plain, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ConfirmEmailVerificationCodeForm(Plain, forms.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(Plain, forms.ReauthenticateForm):  # type: ignore[misc]
    pass
