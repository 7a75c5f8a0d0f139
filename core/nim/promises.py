"""An answer that is promised with 202: how long to wait at once, and what to ask for it by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCEPTED = 202
LONGEST_HELD_S = 3600
"""NVIDIA's gateway holds no request longer, and refuses to be asked to."""
_REQUEST_ID = re.compile(r"[\w-]{1,200}")


def held_for(left_s: float) -> dict[str, str]:
    """Return the header that has the gateway hold a request while there is time for it.

    Without it the gateway answers 202 after a minute, or 504 after five.
    """
    return {"NVCF-POLL-SECONDS": str(min(max(int(left_s), 1), LONGEST_HELD_S))}


def promised_id(headers: Mapping[str, str]) -> str | None:
    """Return the id of the request that a 202 names; `None`: it names none fit for an address.

    Names of headers must be found in any case.
    """
    request_id = headers.get("nvcf-reqid", "")
    return request_id if _REQUEST_ID.fullmatch(request_id) else None
