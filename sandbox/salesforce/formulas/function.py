"""What a function of the formula language is: how many arguments it takes, of which kinds, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.salesforce.formulas.expression import Expression, Kind, Moment, Value
from sandbox.salesforce.formulas.trouble import wrong_count, wrong_type

Build = Callable[[str, list[Expression]], Expression]


@dataclass(frozen=True, slots=True)
class Function:
    """`most` None: any number of arguments. `build` checks the arguments' kinds and makes the call's expression."""

    least: int
    most: int | None
    build: Build
    takes_picklists: bool = False
    only_in_rules: bool = False

    def check_count(self, name: str, received: int) -> None:
        """Raises `FormulaError` for too few or too many arguments."""
        if received < self.least:
            raise wrong_count(place(name), self.least, received)
        if self.most is not None and received > self.most:
            raise wrong_count(place(name), self.most, received)


def place(name: str) -> str:
    """How a message names the function."""
    return f"function '{name}()'"


def want(name: str, arguments: Sequence[Expression], kinds: Sequence[Kind]) -> None:
    """Each argument is of its kind, or NULL; the last kind holds for all that follow."""
    for number, argument in enumerate(arguments):
        kind = kinds[min(number, len(kinds) - 1)]
        if argument.kind not in (kind, Kind.NULL):
            raise wrong_type(place(name), kind.value, argument.kind.value)


def common(name: str, arguments: Sequence[Expression]) -> Kind:
    """The one kind of all the arguments; those that are NULL fit any."""
    kind = next((argument.kind for argument in arguments if argument.kind is not Kind.NULL), Kind.NULL)
    want(name, arguments, [kind])
    return kind


def eager(
    kinds: Sequence[Kind], result: Kind, work: Callable[..., Value], least: int | None = None, most: int | None = None,
    takes_blanks: bool = False,
) -> Function:  # fmt: skip
    """A function of its arguments' values: blank where one of them is, unless it `takes_blanks`."""

    def build(name: str, arguments: list[Expression]) -> Expression:
        want(name, arguments, kinds)
        works = [argument.work for argument in arguments]

        def value(moment: Moment) -> Value:
            values = [each(moment) for each in works]
            if not takes_blanks and any(each is None for each in values):
                return None
            made = work(*values)
            return None if made == "" else made

        return Expression(result, value)

    return Function(len(kinds) if least is None else least, len(kinds) if most is None else most, build)
