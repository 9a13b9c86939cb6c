"""`python -m papersnitch_client` is the command `papersnitch`."""

from papersnitch_client.main import papersnitch

if __name__ == "__main__":
    papersnitch(prog_name="papersnitch")
