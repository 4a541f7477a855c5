"""API gateway signature, version 2. Owns the keys' shape and the signed headers; knows no URL building and no clock.

Source: NCP API guide, "Ncloud API" (common headers and signature of API gateway requests).
"""

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from bot.errors import SettingsError


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key pair of an NCP account or sub-account."""

    access_key: str
    secret_key: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what no header can carry, without repeating it: HTTP libraries quote the value in their errors."""
        for name, value in (("access key", self.access_key), ("secret key", self.secret_key)):
            if not value or not all("!" <= letter <= "~" for letter in value):
                raise SettingsError(f"The {name} is empty or has spaces or other unusual characters: copy it again")


def signature(keys: AccessKey, method: str, target: str, timestamp_ms: int) -> str:
    """Sign `target`, the path with its query, exactly as it is sent (percent-encoded, without the host)."""
    message = f"{method} {target}\n{timestamp_ms}\n{keys.access_key}"
    signed = hmac.new(keys.secret_key.encode(), message.encode(), sha256)  # hmac.digest would give other threads a turn
    return b64encode(signed.digest()).decode()


def signed_headers(keys: AccessKey, method: str, target: str, timestamp_ms: int) -> dict[str, str]:
    """Headers good for one attempt: the gateway refuses a timestamp more than 5 minutes off its own clock."""
    return {
        "x-ncp-apigw-timestamp": str(timestamp_ms),
        "x-ncp-iam-access-key": keys.access_key,
        "x-ncp-apigw-signature-v2": signature(keys, method, target, timestamp_ms),
    }
