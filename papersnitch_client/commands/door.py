"""`papersnitch login`: keep a token on this machine, once it has opened the site."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import click

from papersnitch_client import settings, shown
from papersnitch_client.options import json_option
from papersnitch_client.settings import Entry
from papersnitch_client.site import Site

NEAR = ("localhost", "127.0.0.1", "::1")


@click.command()
@click.option("--url", envvar=settings.URL, prompt="Address of the site", help="Such as https://papers.example.org")
@click.option("--token", envvar=settings.TOKEN, prompt=True, hide_input=True, help="Better typed than written here.")
@json_option
def login(url: str, token: str, wants_json: bool) -> None:
    """Keep the token of a site on this machine.

    Make one there under Settings, Tokens. It is asked for, or read from PAPERSNITCH_TOKEN; the file it is kept in only
    you may read. One token is kept for each site; the last one you signed in to is meant until you name another.
    """
    entry = Entry(_whole(url), token.strip())
    with Site(entry.url, entry.token) as site:
        told = site.get("/token")
    place = settings.keep(entry, os.environ)
    if wants_json:
        shown.as_json(told | {"kept_in": str(place)})
        return
    shown.out.print(f"You are {told['person']} in {told['team']}, and may {told['scope']}.", markup=False)
    shown.out.print(f"The token ends {shown.time(told['expires_at'])}. It is kept in {place}.", markup=False)


def _whole(url: str) -> str:
    """With its scheme; a token does not go unencrypted to another machine unnoticed."""
    whole = (url if "://" in url else f"https://{url}").strip().rstrip("/")
    parts = urlsplit(whole)
    if parts.scheme == "http" and parts.hostname not in NEAR:
        click.echo("This address is http: everybody on the way can read the token. Use https where you can.", err=True)
    return whole


COMMANDS = (login,)
