"""All functions by name. https://help.salesforce.com/s/articleView?id=sf.customize_functions.htm"""

from __future__ import annotations

from sandbox.salesforce.formulas.dates import DATES
from sandbox.salesforce.formulas.function import Function
from sandbox.salesforce.formulas.logic import LOGIC
from sandbox.salesforce.formulas.numbers import NUMBERS
from sandbox.salesforce.formulas.picklists import PICKLISTS
from sandbox.salesforce.formulas.texts import TEXTS

FUNCTIONS: dict[str, Function] = {**LOGIC, **PICKLISTS, **TEXTS, **NUMBERS, **DATES}
