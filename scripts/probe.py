"""Ask the web server of this container whether it can serve; for the image's health check."""

from __future__ import annotations

import os
import sys
import urllib.request

SECONDS = 4.0


def main() -> int:
    """0 when /readyz says so; an exception or 1 otherwise."""
    host = os.environ.get("TRUSTED_HOSTS", "").split(",")[0].strip() or "localhost"
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host}), timeout=SECONDS) as answer:
        return int(answer.status != 200)


if __name__ == "__main__":
    sys.exit(main())
