"""SOQL text -> `Query`, by recursive descent.

The grammar is the documented one: `AND` and `OR` mix only with parentheses, and a `NOT` beside them stands in its own.
Not known here: `FORMAT`, `convertCurrency`, `GROUP BY ROLLUP` and `CUBE`, date functions, distances, data categories.
https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from __future__ import annotations

from sandbox.reading import read_whole
from sandbox.salesforce.errors import Trouble
from sandbox.salesforce.soql.conditions_parser import AGGREGATES, ConditionParser
from sandbox.salesforce.soql.syntax import Aggregate, Children, Fields, Item, Order, Path, Query, TypeOf
from sandbox.salesforce.soql.trouble import malformed

LONGEST = 100_000
DEEPEST_OFFSET = 2_000
MOST_ROWS = 2_147_483_647
MOST_OF_FIELDS = 200
FIELD_SETS = frozenset({"ALL", "STANDARD", "CUSTOM"})
SCOPES = frozenset({"EVERYTHING", "MINE", "TEAM", "DELEGATED", "MY_TERRITORY", "MY_TEAM_TERRITORY", "SCOPINGRULE",
                    "QUEUE_OWNED", "USER_OWNED"})  # fmt: skip


def parse(text: str) -> Query:
    """Raises `Trouble` MALFORMED_QUERY for what does not follow the grammar."""
    if len(text) > LONGEST:
        raise Trouble("MALFORMED_QUERY", f"SOQL statements cannot be longer than {LONGEST} characters.")
    return Parser(text).whole_query()


class Parser(ConditionParser):
    def whole_query(self) -> Query:
        query = self.query()
        if self.token.kind != "end":
            raise self.unexpected()
        return query

    def query(self, is_inner: bool = False) -> Query:
        """A SELECT; inside parentheses it selects fields alone, and `COUNT()` is neither grouped nor ordered."""
        self.expect("SELECT")
        counts = not is_inner and self.count_call()
        items = () if counts else self.items(is_inner)
        self.expect("FROM")
        name = self.object_name()
        aliases = self.aliases(name.text)
        scope = self.scope() if self.accept("USING") else None
        where = self.condition() if self.accept("WHERE") else None
        self.with_clause()
        group = self.group() if not (is_inner or counts) and self.accept("GROUP") else ()
        having = self.condition() if group and self.accept("HAVING") else None
        order = self.order() if not counts and self.accept("ORDER") else ()
        limit = self.whole_number() if self.accept("LIMIT") else None
        offset = self.offset() if self.accept("OFFSET") else 0
        self.for_clause()
        self.check_fields_limit(items, limit)
        return Query(self.text, items, counts, name.text, name.at, aliases, scope, where, group, having, order, limit,
                     offset)  # fmt: skip

    # -- SELECT

    def count_call(self) -> bool:
        following = [token.text for token in self.tokens[self.place + 1 : self.place + 3]]
        if self.token.word != "COUNT" or following != ["(", ")"]:
            return False
        self.place += 3
        return True

    def items(self, is_inner: bool) -> tuple[Item, ...]:
        items = [self.item(is_inner)]
        while self.accept(","):
            items.append(self.item(is_inner))
        if any(isinstance(item, Aggregate) for item in items) or self.groups_later():
            return tuple(items)
        for item in items:
            if isinstance(item, Path) and item.alias and not item.labelled:
                raise malformed(self.text, item.at, "only aggregate expressions use field aliasing")
        return tuple(items)

    def groups_later(self) -> bool:
        """Does a GROUP BY follow at this depth?"""
        depth = 0
        for token, following in zip(self.tokens[self.place :], self.tokens[self.place + 1 :], strict=False):
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "sign" else 0
            if depth < 0:
                return False
            if depth == 0 and (token.word, following.word) == ("GROUP", "BY"):
                return True
        return False

    def item(self, is_inner: bool) -> Item:
        at = self.token.at
        following = self.tokens[self.place + 1].text if self.token.kind != "end" else ""
        if self.token.text == "(" and not is_inner:
            return Children(self.child_query(), at)
        if self.token.word == "TYPEOF" and following != "(":
            return self.type_of()
        if following == "(":
            match self.token.word:
                case "FIELDS":
                    return self.field_set()
                case function if function in AGGREGATES and not is_inner:
                    return self.aggregate()._replace(alias=self.alias())
        path = self.path()
        is_named = self.tokens[min(self.place + 1, len(self.tokens) - 1)].word in (",", "FROM")
        return path._replace(alias=self.alias()) if is_named else path

    def child_query(self) -> Query:
        self.expect("(")
        outer, self.semi_joins = self.semi_joins, 0
        inner = self.query(is_inner=True)
        self.semi_joins = outer
        self.expect(")")
        return inner

    def field_set(self) -> Fields:
        token = self.take()
        self.expect("(")
        which = self.take()
        if which.word not in FIELD_SETS:
            raise self.unexpected(which)
        self.expect(")")
        return Fields(which.word, token.at)

    def type_of(self) -> TypeOf:
        self.expect("TYPEOF")
        path = self.path()
        whens = []
        while self.accept("WHEN"):
            kind = self.name().text
            self.expect("THEN")
            whens.append((kind, self.paths()))
        if not whens:
            raise self.unexpected()
        otherwise = self.paths() if self.accept("ELSE") else ()
        self.expect("END")
        return TypeOf(path, tuple(whens), otherwise)

    def alias(self) -> str | None:
        if self.token.kind == "name" and self.token.word not in self.reserved and "." not in self.token.text:
            return self.take().text
        return None

    def check_fields_limit(self, items: tuple[Item, ...], limit: int | None) -> None:
        unbounded = any(isinstance(item, Fields) and item.which != "STANDARD" for item in items)
        if unbounded and (limit is None or limit > MOST_OF_FIELDS):
            message = f"The SOQL FIELDS function must have a LIMIT of at most {MOST_OF_FIELDS}"
            raise Trouble("MALFORMED_QUERY", message)

    # -- FROM and what may follow

    def aliases(self, object_name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """`FROM Contact c, c.Account a`: the object's own alias, then those of its parents."""
        self.accept("AS")
        own = self.alias()
        found: list[tuple[str, tuple[str, ...]]] = [(own.lower(), ())] if own else []
        while self.accept(","):
            path = self.path()
            self.accept("AS")
            alias = self.alias()
            if alias is None:
                raise self.unexpected()
            known = dict(found)
            first = path.names[0].lower()
            start = known.get(first, () if first == object_name.lower() else None)
            if start is None or len(path.names) == 1:
                raise malformed(self.text, path.at, f"unknown alias: {path.names[0]}")
            found.append((alias.lower(), start + path.names[1:]))
        return tuple(found)

    def scope(self) -> str:
        self.expect("SCOPE")
        token = self.take()
        if token.word not in SCOPES:
            raise self.unexpected(token)
        return token.word

    def with_clause(self) -> None:
        """The API user's own permissions always hold here, so these change nothing."""
        if self.accept("WITH") and not any(
            self.accept(word) for word in ("SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE")
        ):
            raise self.unexpected()

    def group(self) -> tuple[Path, ...]:
        self.expect("BY")
        return self.paths()

    def order(self) -> tuple[Order, ...]:
        self.expect("BY")
        keys = [self.order_key()]
        while self.accept(","):
            keys.append(self.order_key())
        return tuple(keys)

    def order_key(self) -> Order:
        path = self.operand()
        descending = self.accept("DESC")
        if not descending:
            self.accept("ASC")
        nulls_first = True
        if self.accept("NULLS"):
            nulls_first = not self.accept("LAST")
            if nulls_first:
                self.expect("FIRST")
        return Order(path, descending, nulls_first)

    def offset(self) -> int:
        number = self.whole_number()
        if number > DEEPEST_OFFSET:
            message = f"Maximum SOQL offset allowed is {DEEPEST_OFFSET}"
            raise Trouble("NUMBER_OUTSIDE_VALID_RANGE", message)
        return number

    def for_clause(self) -> None:
        while self.accept("FOR"):
            if not any(self.accept(word) for word in ("VIEW", "REFERENCE", "UPDATE")):
                raise self.unexpected()
        if self.token.word == "ALL" and self.tokens[self.place + 1].word == "ROWS":
            raise malformed(self.text, self.token.at, "ALL ROWS not allowed in this context")

    def whole_number(self) -> int:
        token = self.take()
        number = read_whole(token.text) if token.kind == "number" else None
        if number is None or number > MOST_ROWS:
            raise self.unexpected(token)
        return number
