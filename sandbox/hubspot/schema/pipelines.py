"""Pipelines and their stages, and the properties that hold them.

The stages of deals carry a probability and whether they are closed; those of tickets a state. The lifecycle stages of
contacts and companies are a pipeline as well (https://developers.hubspot.com/docs/api-reference/crm-pipelines-v3/guide).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.hubspot.stamps import stamp
from sandbox.hubspot.standard.parts import LIFECYCLE, MADE

FIRST_ID = 90_010_001


@dataclass(slots=True)
class Stage:
    """One step of a pipeline."""

    id: str
    label: str
    order: int
    metadata: dict[str, str]
    created: int = MADE
    updated: int = MADE
    archived: int | None = None

    @property
    def is_closed(self) -> bool:
        return self.metadata.get("isClosed") == "true"

    def shape(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"label": self.label, "displayOrder": self.order, "metadata": dict(self.metadata)}
        shape |= {"id": self.id, "createdAt": stamp(self.created), "updatedAt": stamp(self.updated)}
        shape |= {} if self.archived is None else {"archivedAt": stamp(self.archived)}
        return shape | {"writePermissions": "CRM_PERMISSIONS_ENFORCEMENT", "archived": self.archived is not None}


@dataclass(slots=True)
class Pipeline:
    """The stages that records of one object go through."""

    id: str
    label: str
    order: int
    stages: dict[str, Stage] = field(default_factory=dict)
    created: int = MADE
    updated: int = MADE
    archived: int | None = None

    def live_stages(self) -> list[Stage]:
        stages = [each for each in self.stages.values() if each.archived is None]
        return sorted(stages, key=lambda each: each.order)

    def shape(self) -> dict[str, Any]:
        shape: dict[str, Any] = {"label": self.label, "displayOrder": self.order, "id": self.id}
        shape |= {"stages": [each.shape() for each in self.live_stages()]}
        shape |= {"createdAt": stamp(self.created), "updatedAt": stamp(self.updated)}
        shape |= {} if self.archived is None else {"archivedAt": stamp(self.archived)}
        return shape | {"archived": self.archived is not None}


DEAL_STAGES = (
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
)
LEAD_STAGES = (
    ("new-stage-id", "New", "NEW"),
    ("attempting-stage-id", "Attempting", "IN_PROGRESS"),
    ("connected-stage-id", "Connected", "IN_PROGRESS"),
    ("qualified-stage-id", "Qualified", "QUALIFIED"),
    ("unqualified-stage-id", "Unqualified", "UNQUALIFIED"),
)
TICKET_STAGES = (("1", "New"), ("2", "Waiting on contact"), ("3", "Waiting on us"), ("4", "Closed"))


def deal_stage(at: int, id_: str, label: str, probability: str) -> Stage:
    is_closed = probability in ("1.0", "0.0")
    return Stage(id_, label, at, {"isClosed": str(is_closed).lower(), "probability": probability})


def ticket_stage(at: int, id_: str, label: str) -> Stage:
    is_closed = label == "Closed"
    metadata = {"ticketState": "CLOSED" if is_closed else "OPEN", "isClosed": str(is_closed).lower()}
    return Stage(id_, label, at, metadata)


class Pipelines:
    """The pipelines of one portal: `of(object)` by id, in the order in which they are shown."""

    def __init__(self) -> None:
        self.by_object: dict[str, dict[str, Pipeline]] = {}
        self.next_id = FIRST_ID
        deals = [deal_stage(at, *each) for at, each in enumerate(DEAL_STAGES)]
        tickets = [ticket_stage(at, *each) for at, each in enumerate(TICKET_STAGES)]
        self.put("deals", "default", "Sales Pipeline", deals)
        self.put("tickets", "0", "Support Pipeline", tickets)
        leads = [Stage(id_, label, at, {"leadState": state}) for at, (id_, label, state) in enumerate(LEAD_STAGES)]
        self.put("leads", "lead-pipeline-id", "Lead pipeline", leads)
        for name, label in (("contacts", "Contact"), ("companies", "Company")):
            stages = [Stage(value, shown, at, {}) for at, (shown, value) in enumerate(LIFECYCLE)]
            self.put(name, f"{name}-lifecycle-pipeline", f"{label} Lifecycle Stage Pipeline", stages)

    def put(self, object_name: str, pipeline_id: str, label: str, stages: Iterable[Stage]) -> None:
        pipeline = Pipeline(pipeline_id, label, 0, {each.id: each for each in stages})
        self.by_object.setdefault(object_name, {})[pipeline_id] = pipeline

    def new_id(self) -> str:
        self.next_id += 1
        return str(self.next_id - 1)

    def of(self, object_name: str) -> dict[str, Pipeline]:
        return self.by_object.setdefault(object_name, {})

    def live(self, object_name: str) -> list[Pipeline]:
        pipelines = [each for each in self.of(object_name).values() if each.archived is None]
        return sorted(pipelines, key=lambda each: each.order)

    def stage(self, object_name: str, stage_id: str | None) -> Stage | None:
        """A stage of any pipeline: stage ids are unique within an object."""
        return next((each for one in self.live(object_name) for each in one.live_stages() if each.id == stage_id), None)

    def holder(self, object_name: str, stage_id: str) -> Pipeline | None:
        """The pipeline that has a stage."""
        return next(
            (one for one in self.live(object_name) if any(each.id == stage_id for each in one.live_stages())), None
        )

    def options(self, object_name: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """What the pipeline property and the stage property of an object can hold: labels and ids."""
        pipelines = self.live(object_name)
        stages = tuple((each.label, each.id) for one in pipelines for each in one.live_stages())
        return tuple((each.label, each.id) for each in pipelines), stages
