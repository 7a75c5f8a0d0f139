"""Where an endpoint is asked for what it promised."""

from __future__ import annotations

from urllib.parse import urlsplit

HOSTED = frozenset({"integrate.api.nvidia.com", "ai.api.nvidia.com"})
"""NVIDIA's own service, which keeps promised answers on a host of their own."""
HOSTED_STATUS = "https://api.nvcf.nvidia.com"


def status_address(url: str, request_id: str) -> str:
    """Return where to ask for the answer that `url` promised with 202."""
    parts = urlsplit(url)
    origin = HOSTED_STATUS if parts.hostname in HOSTED else f"{parts.scheme}://{parts.netloc}"
    return f"{origin}/v2/nvcf/pexec/status/{request_id}"
