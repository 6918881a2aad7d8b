"""The properties of activities: calls, emails, meetings, notes and tasks. HTML bodies are kept as they were sent.

https://developers.hubspot.com/docs/api-reference/crm-calls-v3/guide, and the guides of the other activities.
"""

from __future__ import annotations

from sandbox.hubspot.standard.parts import OWNER, choice, flag, html, listed, moment, number, read_only, text

SHARED = (
    moment("hs_timestamp", "Activity date", is_read_only=False),
    OWNER,
    moment("hubspot_owner_assigneddate", "Owner assigned date"),
    text("hs_attachment_ids", "Attached file IDs"),
    moment("hs_createdate", "Create date"),
    moment("hs_lastmodifieddate", "Last modified date"),
    read_only(number("hs_object_id", "Record ID")),
    read_only(text("hs_merged_object_ids", "Merged record IDs")),
    read_only(text("hs_engagement_source", "Engagement Source")),
)
DISPOSITIONS = (
    ("Busy", "9d9162e7-6cf3-4944-bf63-4dff82258764"),
    ("Connected", "f240bbac-87c9-4f6e-bf70-924b57d47db7"),
    ("Left live message", "a4c4c377-d246-4b32-a13b-75a56a4cd0ff"),
    ("Left voicemail", "b2cf5968-551e-4856-9783-52b3da59a7d0"),
    ("No answer", "73a0d17f-1163-4015-bdd5-ec830791da20"),
    ("Wrong number", "17b47fee-58de-441e-a44c-c6300d46f273"),
)
"""Outcomes of a call that every portal has; each is known by an id."""
CALL_STATUS = listed("""
    BUSY CALLING_CRM_USER CANCELED COMPLETED CONNECTING FAILED IN_PROGRESS NO_ANSWER QUEUED RINGING
""")

CALL_PROPERTIES = (
    *SHARED,
    text("hs_call_title", "Call Title"),
    html("hs_call_body", "Call notes"),
    choice("hs_call_direction", "Call direction", listed("INBOUND OUTBOUND")),
    choice("hs_call_disposition", "Call outcome", DISPOSITIONS),
    number("hs_call_duration", "Call duration"),
    text("hs_call_from_number", "From Number"),
    text("hs_call_to_number", "To Number"),
    text("hs_call_recording_url", "Recording URL"),
    choice("hs_call_status", "Call status", CALL_STATUS),
    text("hs_call_source", "Call Source"),
    text("hs_activity_type", "Call and meeting type"),
)
EMAIL_PROPERTIES = (
    *SHARED,
    choice("hs_email_direction", "Email direction", listed("EMAIL INCOMING_EMAIL FORWARDED_EMAIL")),
    text("hs_email_subject", "Email subject"),
    text("hs_email_text", "Email body", "textarea"),
    html("hs_email_html", "Email HTML"),
    choice("hs_email_status", "Email send status", listed("BOUNCED FAILED SCHEDULED SENDING SENT")),
    text("hs_email_headers", "Email headers", "textarea"),
    read_only(text("hs_email_from_email", "Email From Address")),
    read_only(text("hs_email_from_firstname", "Email From First Name")),
    read_only(text("hs_email_from_lastname", "Email From Last Name")),
    read_only(text("hs_email_to_email", "Email To Address")),
    read_only(text("hs_email_to_firstname", "Email To First Name")),
    read_only(text("hs_email_to_lastname", "Email To Last Name")),
    read_only(text("hs_email_cc_email", "Email CC Address")),
    read_only(text("hs_email_bcc_email", "Email BCC Address")),
)
MEETING_PROPERTIES = (
    *SHARED,
    text("hs_meeting_title", "Meeting name"),
    html("hs_meeting_body", "Meeting description"),
    html("hs_internal_meeting_notes", "Internal meeting notes"),
    text("hs_meeting_external_url", "Meeting external URL"),
    text("hs_meeting_location", "Meeting location"),
    choice("hs_meeting_location_type", "Location type", listed("PHONE ADDRESS CUSTOM")),
    moment("hs_meeting_start_time", "Meeting start time", is_read_only=False),
    moment("hs_meeting_end_time", "Meeting end time", is_read_only=False),
    choice("hs_meeting_outcome", "Meeting outcome", listed("SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED")),
    text("hs_activity_type", "Call and meeting type"),
)
NOTE_PROPERTIES = (*SHARED, html("hs_note_body", "Note body"))
TASK_PROPERTIES = (
    *SHARED,
    text("hs_task_subject", "Task Title"),
    html("hs_task_body", "Task notes"),
    choice("hs_task_status", "Task Status", listed("NOT_STARTED IN_PROGRESS WAITING DEFERRED COMPLETED")),
    choice("hs_task_priority", "Priority", listed("NONE LOW MEDIUM HIGH")),
    choice("hs_task_type", "Task Type", listed("TODO CALL EMAIL LINKED_IN_MESSAGE")),
    number("hs_task_reminders", "Reminder"),
    read_only(flag("hs_task_is_completed", "Is task completed")),
    moment("hs_task_completion_date", "Completed at"),
)

CUSTOM_PROPERTIES = (
    OWNER,
    moment("hubspot_owner_assigneddate", "Owner assigned date"),
    moment("hs_createdate", "Object create date/time"),
    moment("hs_lastmodifieddate", "Object last modified date/time"),
    read_only(number("hs_object_id", "Record ID")),
    read_only(text("hs_merged_object_ids", "Merged record IDs")),
)
"""What every custom object has from the start."""
