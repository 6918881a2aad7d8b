"""What is not known for sure of the real service, or differs from portal to portal: switches, each with a default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Ids = Literal["new", "primary"]
Vanished = Literal["vanish", "not_found"]
Backwards = Literal["ignored", "refused", "allowed"]


@dataclass(slots=True)
class Behaviour:
    """The switches of one portal.

    `merge_ids`: a merge makes a record with a new id, or the primary keeps its own, as before 2025
    (https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies).
    `merged_in_batch`: an id that was merged away is left out of the answer to batch/update, as reported of the real
    service, or is an error of the answer.
    `lifecycle_backwards`: a write through the API that moves a lifecycle stage back succeeds and changes nothing, as
    reported (https://integrate.hubspot.com/t/update-lifecycle-stage-using-api/1333), or is refused, or is carried out.
    `bump_unchanged`: a write that changes no value moves the date of last change all the same.
    """

    merge_ids: Ids = "new"
    merged_in_batch: Vanished = "vanish"
    lifecycle_backwards: Backwards = "ignored"
    bump_unchanged: bool = True

    def switch(self, wanted: dict[str, Any]) -> None:
        """Set some of the switches; ValueError names what can be set, and nothing is set."""
        for name, value in wanted.items():
            if name not in CHOICES or value not in CHOICES[name] or isinstance(value, bool) != (name == ONOFF):
                choices = "; ".join(f"{each}: {', '.join(map(str, values))}" for each, values in CHOICES.items())
                raise ValueError(f"{name} cannot be {value!r}. There are: {choices}")
        for name, value in wanted.items():
            setattr(self, name, value)

    def shown(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CHOICES}


ONOFF = "bump_unchanged"
CHOICES: dict[str, tuple[Any, ...]] = {
    "merge_ids": get_args(Ids),
    "merged_in_batch": get_args(Vanished),
    "lifecycle_backwards": get_args(Backwards),
    ONOFF: (True, False),
}
