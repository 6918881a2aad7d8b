"""The property validations API: read and set the validation rules of a property."""

from __future__ import annotations

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import bad_request, not_found
from sandbox.hubspot.schema.properties import pathed
from sandbox.hubspot.schema.validations import Validation, make_validation


def list_validations(call: Call) -> Answer:
    """The properties of an object that have rules."""
    results = [
        {"propertyName": name, "propertyValidationRules": [each.shape() for each in rules]}
        for name, rules in call.table.validations.items()
    ]
    return Answer({"results": results})


def read_validations(call: Call) -> Answer:
    return Answer({"results": [each.shape() for each in rules_of(call)]})


def read_validation(call: Call) -> Answer:
    for each in rules_of(call):
        if each.type == call.path["rule_type"]:
            return Answer(each.shape())
    raise not_found()


def put_validation(call: Call) -> Answer:
    """Set a rule; it takes the place of one of the same type. The values that stand are left alone."""
    definition, body = pathed(call), call.body()
    try:
        rule_type, normalises = call.path["rule_type"], body.get("shouldApplyNormalization", False)
        rule = make_validation(definition, rule_type, body.get("ruleArguments"), normalises)
    except ValueError as error:
        raise bad_request(str(error)) from error
    others = [each for each in rules_of(call) if each.type != rule.type]
    call.table.validations[definition.name] = [*others, rule]
    return Answer(status=204)


def rules_of(call: Call) -> list[Validation]:
    return call.table.validations.get(pathed(call).name, [])
