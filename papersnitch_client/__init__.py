"""PaperSnitch from elsewhere, over its `/api/v1`: for scripts (`Site`) and for people (the command `papersnitch`)."""

from papersnitch_client.errors import ClientError as ClientError
from papersnitch_client.errors import RefusedError as RefusedError
from papersnitch_client.errors import UnreachableError as UnreachableError
from papersnitch_client.site import Site as Site
