"""LeadConfigSettings: of the organisation's settings for leads, whether a conversion obeys validation rules.

Read by readMetadata under the name `LeadConfig`, from API version 47.0 on.
https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_leadconfigsettings.htm
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.salesforce.metadata.component import Metadata

if TYPE_CHECKING:
    from sandbox.salesforce.state import SalesforceState

LEAD_CONFIG = "LeadConfigSettings"


def read_lead_config(state: SalesforceState, full_name: str) -> Metadata | None:
    if full_name != "LeadConfig":
        return None
    return {"shouldLeadConvertRequireValidation": state.settings.validate_conversion}
