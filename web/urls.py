"""The pages' addresses."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from web.views import (
    answers,
    completeness,
    conflicts,
    doors,
    history,
    metrics,
    ops,
    reports,
    runs,
    tables,
    waiting,
    webhooks,
)

urlpatterns = [
    path("", doors.home, name="home"),
    path("sign-in", doors.SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("language", doors.language, name="language"),
    path("theme", doors.theme, name="theme"),
    path("healthz", doors.healthz),
    path("readyz", doors.readyz),
    path("metrics", metrics.metrics),
    path("webhooks/hubspot", webhooks.hubspot),
    path("completeness", completeness.completeness_page, name="completeness"),
    path("team", reports.team_page, name="team"),
    path("people/<str:rep>", reports.person_page, name="person"),
    path("mine", reports.my_page, name="mine"),
    path("deals", tables.deals_page, name="deals"),
    path("handoff", tables.handoff_page, name="handoff"),
    path("answer/<str:ticket>", answers.answer_page, name="answer"),
    path("operations", ops.operations_page, name="operations"),
    path("conflicts", conflicts.conflicts_page, name="conflicts"),
    path("conflicts/all", conflicts.all_page, name="conflicts_all"),
    path("conflicts/decide", conflicts.decide_all, name="decide_all"),
    path("conflicts/<int:number>", conflicts.conflict_page, name="conflict"),
    path("conflicts/<int:number>/decide", conflicts.decide, name="decide"),
    path("dead", waiting.dead_page, name="dead"),
    path("dead/replay", waiting.replay_all, name="replay_all"),
    path("dead/<int:number>/replay", waiting.replay, name="replay"),
    path("dead/<int:number>/waive", waiting.waive, name="waive"),
    path("held", waiting.held_page, name="held"),
    path("runs", runs.runs_page, name="runs"),
    path("runs/<int:number>", runs.run_page, name="run"),
    path("runs/<int:number>/pass", runs.let_pass, name="let_pass"),
    path("history/<str:ref>", history.history_page, name="history"),
    path("privacy", ops.privacy_page, name="privacy"),
    *(path(f"completeness.{kind}", completeness.completeness_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"team.{kind}", reports.team_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"conflicts.{kind}", conflicts.conflicts_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"dead.{kind}", waiting.dead_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"held.{kind}", waiting.held_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"deals.{kind}", tables.deals_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"handoff.{kind}", tables.handoff_page, {"kind": kind}) for kind in ("csv", "xlsx")),
    *(path(f"mine.{kind}", reports.my_page, {"kind": kind}) for kind in ("csv", "xlsx")),
]
