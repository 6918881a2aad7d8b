"""Which path of the preferences is answered by which handler."""

from __future__ import annotations

from sandbox.hubspot.call import DATED, Handler
from sandbox.hubspot.preferences import v3, v4

V3 = ("/communication-preferences/v3",)
V4 = tuple(f"/communication-preferences/{version}" for version in ("v4", *DATED))

TABLE: tuple[tuple[tuple[str, ...], str, str, Handler], ...] = (
    (V3, "GET", "/definitions", v3.definitions),
    (V3, "GET", "/status/email/{email}", v3.read_status),
    (V3, "POST", "/subscribe", v3.subscribe),
    (V3, "POST", "/unsubscribe", v3.unsubscribe),
    (V4, "GET", "/definitions", v4.definitions),
    (V4, "POST", "/statuses/batch/read", v4.read_batch),
    (V4, "POST", "/statuses/batch/write", v4.write_batch),
    (V4, "POST", "/statuses/batch/unsubscribe-all", v4.opt_out_batch),
    (V4, "POST", "/statuses/batch/unsubscribe-all/read", v4.read_opt_out_batch),
    (V4, "GET", "/statuses/{email}", v4.read_statuses),
    (V4, "POST", "/statuses/{email}", v4.write_status),
    (V4, "GET", "/statuses/{email}/unsubscribe-all", v4.read_opt_out),
    (V4, "POST", "/statuses/{email}/unsubscribe-all", v4.opt_out),
)
