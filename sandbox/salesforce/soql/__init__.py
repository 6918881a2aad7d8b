"""SOQL, as far as connectors use it: text -> `syntax.Query` (parser) -> rows of a table (names, conditions, plan)."""
