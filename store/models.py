"""The tables. Times are in milliseconds since 1970 (UTC), references are `system:object:id`, values are dumped text.

Rows are many, so the other files of this room read and write them in batches; nothing here has behaviour.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Known(models.Model):
    """Small facts about the installation: the portal and organisation it is bound to, schemas, fingerprints."""

    key = models.CharField(primary_key=True, max_length=120)
    value = models.JSONField()
    read_at = models.BigIntegerField()


class Record(models.Model):
    """A record as last seen on a side, linked or not."""

    ref = models.CharField(primary_key=True, max_length=120)
    side = models.CharField(max_length=9)
    object = models.CharField(max_length=40)
    """The mapping's object, e.g. contact."""
    owner = models.CharField(max_length=40, null=True)
    modified_at = models.BigIntegerField()
    deleted = models.BooleanField(default=False)
    merged_into = models.CharField(max_length=120, null=True)
    email = models.CharField(max_length=254, null=True)
    key = models.CharField(max_length=255, null=True)
    """The reference of the record that this one was made from, as the system's key field shows it."""
    hash = models.BigIntegerField()
    payload = models.BinaryField()

    class Meta:
        indexes = (
            models.Index(fields=["object", "email"], name="record_email", condition=models.Q(email__isnull=False)),
            models.Index(fields=["key"], name="record_key", condition=models.Q(key__isnull=False)),
            models.Index(fields=["merged_into"], name="record_merged", condition=models.Q(merged_into__isnull=False)),
        )


class Alias(models.Model):
    """A further e-mail by which a record is found, beside its first one."""

    ref = models.CharField(max_length=120, db_index=True)
    email = models.CharField(max_length=254, db_index=True)


class Touch(models.Model):
    """Says that a record may differ from its counterpart; never what it holds."""

    ref = models.CharField(primary_key=True, max_length=120)
    object = models.CharField(max_length=40)
    seen = models.BooleanField(default=True)
    """Whether the stored record was read in the round that will plan it; if not, it is read again first."""
    run = models.ForeignKey("Run", null=True, on_delete=models.SET_NULL)
    attempts = models.IntegerField(db_default=0)
    """How often a worker took it and was not heard of again."""
    at = models.BigIntegerField(null=True)
    """Since when it waits."""

    class Meta:
        indexes = (
            models.Index(fields=["object", "attempts", "ref"], name="touch_due", condition=models.Q(run__isnull=True)),
            models.Index(fields=["at"], name="touch_at"),
        )


class Notice(models.Model):
    """What a system told that no later look can show; kept until it was carried out."""

    kind = models.CharField(max_length=20)
    """erased: this person asked for it, and is nowhere in that system any more"""
    ref = models.CharField(max_length=120)
    at = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "ref"], name="one_notice"),)


class Cursor(models.Model):
    """How far a system's object has been read."""

    object = models.CharField(primary_key=True, max_length=80)
    """`side:object`, e.g. sales:Lead."""
    cursor = models.CharField(max_length=255)


class Link(models.Model):
    """One person in both systems, with what each side showed when they last agreed."""

    object = models.CharField(max_length=40)
    marketing = models.CharField(max_length=120, unique=True)
    sales = models.CharField(max_length=120, unique=True)
    base_marketing = models.JSONField(default=dict)
    base_sales = models.JSONField(default=dict)
    seen_marketing = models.BigIntegerField(null=True)
    seen_sales = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["object"], name="link_object"),)


class Tombstone(models.Model):
    """A pair that was linked until one record was deleted: the other is kept, and not made again."""

    ref = models.CharField(primary_key=True, max_length=120)
    gone = models.CharField(max_length=120, db_index=True)
    at = models.BigIntegerField()


class Run(models.Model):
    """One pass of the engine, advanced by short steps. Its lease says that somebody is at work."""

    state = models.CharField(max_length=9, default="running")
    """running, done, braked, failed"""
    stage = models.CharField(max_length=8, db_default="pull")
    """What comes next: pull, plan, apply; undo, apply, undone; or audit"""
    holder = models.CharField(max_length=120)
    """Who is at work: host, process id, and which of its steps; empty between two steps."""
    fence = models.IntegerField(db_default=0)
    """Counts who took it: whoever knows an older number may write no more."""
    losses = models.IntegerField(db_default=0)
    """How often a holder was lost in this stage."""
    started_at = models.BigIntegerField()
    ended_at = models.BigIntegerField(null=True)
    lease_until = models.BigIntegerField()
    result = models.JSONField(default=dict)
    totals = models.JSONField(default=dict)
    """By object, what the round would delete, blank and overwrite: what releasing its brake allows."""
    progress = models.JSONField(db_default={}, default=dict)
    """What later steps must know of earlier ones: what was read, calls and seconds so far, a release, an undo."""
    released_by = models.CharField(max_length=150, default="", db_default="")
    """Who let a braked round pass: the next run may change as much."""
    released_at = models.BigIntegerField(null=True)


class Intent(models.Model):
    """A write that was decided: stored before it is sent, so that a crash between the two is seen."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE)
    link = models.BigIntegerField(null=True)
    """The link's id; none for a create."""
    object = models.CharField(max_length=40)
    source = models.CharField(max_length=120)
    """The record whose change led here."""
    side = models.CharField(max_length=9)
    """The side that is written."""
    object_name = models.CharField(max_length=40)
    """The system's object that is written."""
    target = models.CharField(max_length=120, null=True)
    """The record that is written; null for a create."""
    changes = models.JSONField()
    """By canonical field: old, new, source, rule, reason."""
    state = models.CharField(max_length=8, default="planned")
    """planned, sent, done, refused, waiting (tried again by the next run), unknown (sent, but no answer came: the next
    run reads what came of it), dropped (never done)"""
    action = models.CharField(max_length=8, default="write", db_default="write")
    """write; archive: the target goes to the recycle bin; merge: the source is merged into the target"""
    step = models.IntegerField(default=0, db_default=0)
    """What waits for others of its run is sent after them: lower steps first."""
    attempts = models.IntegerField(db_default=0)
    """How often it was sent by a worker that was not heard of again, the running try included."""
    at = models.BigIntegerField(null=True)
    """When it was decided."""

    class Meta:
        indexes = (
            models.Index(fields=["run", "state"], name="intent_run_state"),
            models.Index(fields=["state"], name="intent_open", condition=models.Q(state__in=("planned", "sent"))),
            models.Index(fields=["link"], name="intent_unknown", condition=models.Q(state="unknown")),
            models.Index(fields=["source"], name="intent_waiting", condition=models.Q(state="waiting")),
            models.Index(
                fields=["source"], name="intent_promised", condition=models.Q(state="planned", target__isnull=True)
            ),
        )


class Change(models.Model):
    """The history: one row per written field."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE)
    ref = models.CharField(max_length=120, db_index=True)
    side = models.CharField(max_length=9)
    field = models.CharField(max_length=80)
    old = models.TextField(null=True)
    new = models.TextField(null=True)
    rule = models.CharField(max_length=20)
    reason = models.TextField()
    at = models.BigIntegerField()
    forgotten = models.BooleanField(default=False, db_default=False)
    """Whether the values are gone, since their time is over or somebody was erased: nothing can be undone by it."""


class Conflict(models.Model):
    """What a person must decide: a field with two values, or records that cannot be matched without a guess."""

    object = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    """field; match; deleted; merged: two pairs came to share a record; consent: who opted out has another address;
    subscribed: who opted out subscribed again; erased: who was erased is still in the other system"""
    ref = models.CharField(max_length=120)
    """The link's marketing record, or the record without a match."""
    field = models.CharField(max_length=80, default="")
    base = models.JSONField(null=True)
    """What was agreed on a field; of a merge, the edits that still wait, by canonical field."""
    marketing = models.TextField(null=True)
    sales = models.TextField(null=True)
    others = models.JSONField(default=list)
    """The other records in question."""
    reason = models.TextField()
    opened_at = models.BigIntegerField()
    closed_at = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ref", "field"], name="one_open_conflict", condition=models.Q(closed_at__isnull=True)
            ),
        )


class Decision(models.Model):
    """What a person decided about a conflict. A pass carries it out where it still finds what was seen."""

    conflict = models.ForeignKey(Conflict, on_delete=models.CASCADE)
    ref = models.CharField(max_length=120)
    field = models.CharField(max_length=80, default="")
    keep = models.CharField(max_length=9)
    """marketing or sales: whose value stands; link: the two records are one person; apart: the one record stays; seen:
    somebody looked, and nothing is to be done"""
    marketing = models.TextField(null=True)
    """What was seen there: the value, or the record to link."""
    sales = models.TextField(null=True)
    by = models.CharField(max_length=150)
    """The name with which somebody signed in."""
    at = models.BigIntegerField()
    state = models.CharField(max_length=9, default="open")
    """open, done, changed (it is not what was seen any more: nothing was written), overtaken (nothing was left to
    decide)"""
    closed_at = models.BigIntegerField(null=True)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL)
    """The run that carried it out."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ref", "field"], name="one_open_decision", condition=models.Q(state="open")
            ),
        )
        indexes = (models.Index(fields=["ref", "field"], name="decision_ref"),)


class Awaited(models.Model):
    """What a record with a held reference waits for: once that one belongs to a pair, the record is looked at again."""

    ref = models.CharField(max_length=120)
    object = models.CharField(max_length=40)
    target = models.CharField(max_length=120, db_index=True)
    """`system:object:id`, with the mapping's object."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ref", "target"], name="one_awaited"),)


class Held(models.Model):
    """A value that waits, with the reason and what would release it."""

    object = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    field = models.CharField(max_length=200)
    side = models.CharField(max_length=9)
    code = models.CharField(max_length=80)
    message = models.TextField()
    value = models.TextField(null=True)
    refused = models.BooleanField(default=False)
    """Whether the system itself refused this value: it is not sent again until it changes."""
    since = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["ref", "field", "side"], name="one_held_value"),)


class DeadLetter(models.Model):
    """A write that a system refused for good, with its whole answer, until somebody replays or waives it."""

    object = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    side = models.CharField(max_length=9)
    code = models.CharField(max_length=80)
    message = models.TextField()
    changes = models.JSONField()
    at = models.BigIntegerField()
    closed_at = models.BigIntegerField(null=True)
    closed_as = models.CharField(max_length=8, default="", db_default="")
    """replayed or waived by a person; empty where a later write of the same record was answered"""
    closed_by = models.CharField(max_length=150, default="", db_default="")
    note = models.CharField(max_length=300, default="", db_default="")
    """Why it was waived."""

    class Meta:
        indexes = (models.Index(fields=["ref", "side"], name="dead_letter_ref"),)


class Rep(models.Model):
    """A person who owns records, in one or both systems."""

    id = models.CharField(primary_key=True, max_length=120)
    """The reference of the sales user, or of the marketing owner where there is none."""
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    is_active = models.BooleanField()
    sales = models.CharField(max_length=40, null=True, db_index=True)
    marketing = models.CharField(max_length=40, null=True, db_index=True)
    marketing_active = models.BooleanField(db_default=True, default=True)
    """Whether the marketing owner can be given records; archived ones cannot."""
    manager = models.CharField(max_length=120, null=True)
    team = models.CharField(max_length=200, default="")
    """The manager's name: a team is the people of one manager."""
    time_zone = models.CharField(max_length=60, default="")
    """Where the rep's clock stands, by its IANA name; empty where no system says it."""
    since = models.DateField(null=True)
    """When a system first knew this person; null where none says it."""


class Gap(models.Model):
    """One obligation that is not met."""

    rule = models.CharField(max_length=80)
    ref = models.CharField(max_length=120)
    object = models.CharField(max_length=40)
    fields = models.JSONField()
    owed_by = models.CharField(max_length=9, null=True)
    """The side that owes; null where both do."""
    rep = models.CharField(max_length=120, null=True, db_index=True)
    """The rep who owes, where one does."""
    since = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["rule", "ref"], name="one_gap"),)
        indexes = (models.Index(fields=["ref"], name="gap_ref"),)


class GapEvent(models.Model):
    """A gap opened, changed or closed; alerts and reports read this and nothing else."""

    rule = models.CharField(max_length=80)
    ref = models.CharField(max_length=120)
    was = models.JSONField(null=True)
    now = models.JSONField(null=True)
    at = models.BigIntegerField(db_index=True)


class RuleWeek(models.Model):
    """What fell due of one rule in one week, with one rep: all that a score is made of."""

    rule = models.CharField(max_length=80)
    rep = models.CharField(max_length=120, default="")
    """Who was responsible when it fell due; empty where marketing or both sides are."""
    week = models.DateField()
    """The Monday of the ISO week."""
    stratum = models.CharField(max_length=200, default="")
    s = models.FloatField()
    """The sum of the episodes' credits."""
    n = models.FloatField()
    """How many episodes counted."""
    placeholders = models.IntegerField(default=0)
    """How many of these held a placeholder."""
    system_delay = models.IntegerField(default=0)
    """How many of these spent more time in queues than with whoever was responsible."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["rule", "rep", "week", "stratum"], name="one_rule_week"),)
        indexes = (models.Index(fields=["week"], name="rule_week_week"),)


class ToldGap(models.Model):
    """A gap in a rep's score that two looks show, since the rep saw it; the manager hears of it later."""

    rep = models.CharField(max_length=120)
    family = models.CharField(max_length=12)
    seen_at = models.BigIntegerField()
    told_in = models.DateField(null=True)
    """The Monday of the week in which it was last the one to talk about."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["rep", "family"], name="one_told_gap"),)


class TrendPoint(models.Model):
    """How full a field was on a day: in all records, and in those of each team that is large enough."""

    day = models.DateField()
    object = models.CharField(max_length=40)
    field = models.CharField(max_length=80)
    team = models.CharField(max_length=200, default="")
    """The manager's name; empty for all records."""
    records = models.IntegerField()
    filled = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "object", "field", "team"], name="one_trend_point"),)


class Answer(models.Model):
    """What a person answered to a gap: stored first, then written to the record in its own system by the next pass."""

    rule = models.CharField(max_length=80)
    ref = models.CharField(max_length=120)
    object = models.CharField(max_length=40)
    field = models.CharField(max_length=80)
    value = models.TextField()
    was = models.TextField(null=True)
    """What the record showed when it was asked."""
    rep = models.CharField(max_length=120)
    by = models.CharField(max_length=150)
    """The name with which the one who answered had signed in."""
    at = models.BigIntegerField()
    state = models.CharField(max_length=9, default="open")
    """open, written, overtaken (somebody else filled the field first: nothing was overwritten), refused, gone (the
    record is)"""
    code = models.CharField(max_length=80, default="")
    message = models.TextField(default="")
    """Why it was refused, in the system's words."""
    intent = models.BigIntegerField(null=True)
    """The write by which it was last sent."""
    changed_at = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ref", "field"], name="one_open_answer", condition=models.Q(state="open")),
        )
        indexes = (models.Index(fields=["rep", "at"], name="answer_rep"),)


class Profile(models.Model):
    """How a user of the pages likes them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE)
    language = models.CharField(max_length=2)
    theme = models.CharField(max_length=6, default="")
    """light or dark; empty: as the system says"""


class PageView(models.Model):
    """Somebody looked at what is open with a rep; the rep sees this log."""

    rep = models.CharField(max_length=120)
    viewer = models.CharField(max_length=150)
    """The name with which the viewer signed in."""
    page = models.CharField(max_length=20)
    at = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["rep", "at"], name="page_view_rep"),)


class Delivery(models.Model):
    """The outbox: one message to one person over one channel, which never leaves twice."""

    key = models.CharField(max_length=200, unique=True)
    """kind, person, day and channel: a second message of the same is never stored."""
    kind = models.CharField(max_length=10)
    """rep, manager"""
    person = models.CharField(max_length=120)
    channel = models.CharField(max_length=10)
    """email, slack"""
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(default="")
    state = models.CharField(max_length=8, default="waiting")
    """waiting, sending, sent, replaced (a newer one of its kind took its place, or it grew old), doubtful (the
    connection or the process broke while it was sent: it is not sent again)"""
    attempts = models.IntegerField(default=0)
    due_at = models.BigIntegerField()
    made_at = models.BigIntegerField()
    changed_at = models.BigIntegerField()
    error = models.CharField(max_length=200, default="")

    class Meta:
        indexes = (models.Index(fields=["state", "due_at"], name="delivery_due"),)


class Token(models.Model):
    """The last grant of an account, encrypted: what a restart, and every other process, signs in with."""

    name = models.CharField(max_length=20, primary_key=True)
    """hubspot, salesforce"""
    source = models.CharField(max_length=64)
    """A fingerprint of the settings that it came from: where they change, it counts no more."""
    value = models.BinaryField()
    at = models.BigIntegerField()


class OptOut(models.Model):
    """An address that has opted out: until a person lets it be, it stays so, whatever the systems show."""

    address = models.CharField(primary_key=True, max_length=64)
    """The address under this installation's key: who it is cannot be read from it."""
    at = models.BigIntegerField()
    """When, by the marketing system's clock where it said so; else when it was seen."""
    kept = models.BooleanField()
    """Whether the marketing system itself has it as opted out."""


class ConsentTouch(models.Model):
    """Says that an opt-out may have to travel from, or to, this record."""

    ref = models.CharField(primary_key=True, max_length=120)
    object = models.CharField(max_length=40)
    due_at = models.BigIntegerField(db_index=True)
    attempts = models.IntegerField(db_default=0)
    """How often a worker took it and was not heard of again."""
    run = models.BigIntegerField(null=True)
    """The run that was about to write this record and was not heard of again: it may be written or not."""


class Erased(models.Model):
    """A record or an address that was erased, under this installation's key: it is neither stored nor made again."""

    name = models.CharField(primary_key=True, max_length=64)
    at = models.BigIntegerField()


class Erasure(models.Model):
    """Somebody is to be erased, or was: what it was asked by is kept only until it is done."""

    about = models.CharField(max_length=254)
    """The reference or the address; empty when it is done."""
    by = models.CharField(max_length=150)
    at = models.BigIntegerField()
    done_at = models.BigIntegerField(null=True)
    removed = models.JSONField(default=dict)
    """How many rows of each table went."""
