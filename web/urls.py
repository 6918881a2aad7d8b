"""The pages' addresses."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from web.views import answers, completeness, doors, metrics, ops, reports

urlpatterns = [
    path("", doors.home, name="home"),
    path("sign-in", doors.SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("language", doors.language, name="language"),
    path("theme", doors.theme, name="theme"),
    path("healthz", doors.healthz),
    path("readyz", doors.readyz),
    path("metrics", metrics.metrics),
    path("completeness", completeness.completeness_page, name="completeness"),
    path("team", reports.team_page, name="team"),
    path("people/<str:rep>", reports.person_page, name="person"),
    path("mine", reports.my_page, name="mine"),
    path("answer/<str:ticket>", answers.answer_page, name="answer"),
    path("operations", ops.operations_page, name="operations"),
    path("privacy", ops.privacy_page, name="privacy"),
    *(path(f"completeness.{kind}", completeness.completeness_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"team.{kind}", reports.team_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"mine.{kind}", reports.my_page, {"kind": kind}) for kind in ("csv", "xlsx")),
]
