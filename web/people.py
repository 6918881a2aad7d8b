"""Who is at the door: users with their roles, their rep and their language, and the log of looks at people."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Literal, cast

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from config.environment import SettingsError
from crm.values import normal_email
from rules.language import Language
from store.models import Gap, PageView, Profile, Rep
from store.sql import now
from web.access import Role, Viewer

LANGUAGES: tuple[Language, ...] = ("en", "fr")

Theme = Literal["", "light", "dark"]
THEMES: tuple[Theme, ...] = ("", "light", "dark")
"""The first is as the system says."""


@transaction.atomic
def save_user(
    name: str, email: str, roles: Iterable[Role], password: str | None = None, language: Language = "en"
) -> str | None:
    """Add a user, or change one of the same name; returns the password that was made up where none is given or known.

    Raises SettingsError for a password that is too weak.
    """
    user = User.objects.filter(username=name).first() or User(username=name)
    made_up = secrets.token_urlsafe(12) if password is None and user.pk is None else None
    user.email = normal_email(email)
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as refused:
            raise SettingsError(f"the password cannot be used: {' '.join(refused.messages)}") from refused
    if password or made_up:
        user.set_password(password or made_up)
    user.save()
    user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    Profile.objects.update_or_create(user=user, defaults={"language": language})
    return made_up


def viewer_of(user: AbstractBaseUser | AnonymousUser) -> Viewer:
    """Who somebody is; nobody in particular where they are not signed in."""
    if not user.is_authenticated:
        return Viewer("", frozenset())
    known = cast(User, user)
    groups = known.groups.filter(name__in=list(Role)).values_list("name", flat=True)
    return Viewer(known.get_username(), frozenset(Role(name) for name in groups), _rep_of(known))


def preferences_of(user: AbstractBaseUser | AnonymousUser) -> tuple[Language | None, Theme | None]:
    """The language and the theme that a user chose."""
    found = Profile.objects.filter(user_id=user.pk).values_list("language", "theme").first() if user.pk else None
    return (as_language(found[0]), as_theme(found[1])) if found else (None, None)


def as_language(text: str | None) -> Language | None:
    """The language of that name, if we speak it."""
    return next((language for language in LANGUAGES if language == text), None)


def as_theme(text: str | None) -> Theme | None:
    """The theme of that name, if there is one; the empty name is what the system says."""
    return next((theme for theme in THEMES if theme == text), None)


def choose_theme(user: AbstractBaseUser | AnonymousUser, theme: Theme, language: Language) -> None:
    """Remember a user's choice; `language` is the one that a profile begins with."""
    if user.pk:
        Profile.objects.update_or_create(
            user_id=user.pk, defaults={"theme": theme}, create_defaults={"theme": theme, "language": language}
        )


def choose_language(user: AbstractBaseUser | AnonymousUser, language: Language) -> None:
    """Remember a user's choice."""
    if user.pk:
        Profile.objects.update_or_create(user_id=user.pk, defaults={"language": language})


def people_of(manager: str | None) -> QuerySet[Rep]:
    """A manager's people in alphabetical order; of those who left, the ones with whom something is open."""
    if manager is None:
        return Rep.objects.none()
    still_open = Gap.objects.filter(rep=OuterRef("id"))
    return Rep.objects.filter(Q(is_active=True) | Exists(still_open), manager=manager).order_by(Lower("name"), "id")


def log_looks(viewer: Viewer, reps: Iterable[str], page: str) -> None:
    """Note who looked at what is open with these reps; a look at one's own page is none."""
    at = now()
    PageView.objects.bulk_create(
        PageView(rep=rep, viewer=viewer.name, page=page, at=at) for rep in reps if rep != viewer.rep
    )


def _rep_of(user: User) -> str | None:
    """The rep with a user's e-mail; of two, the active one."""
    email = normal_email(user.email)
    if not email:
        return None
    return Rep.objects.filter(email=email).order_by("-is_active", "id").values_list("id", flat=True).first()
