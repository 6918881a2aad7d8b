"""Salesforce's formulas: text -> tokens -> syntax tree (parser) -> checked expression (compiler) -> value of a record.

`compile_formula` is the way in; what it refuses is a `FormulaError` in the service's words.
"""
