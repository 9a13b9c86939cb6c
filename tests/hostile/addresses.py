"""Addresses a paper may print to make a worker run something or speak to somebody inside.

`{port}` is that of the listener on this machine, `{canary}` the file a payload would make, `{repository}` a real one.
"""

from __future__ import annotations

OTHER_WAYS_IN = (
    "ext::sh -c 'touch {canary}'",
    "ext::sh% -c% touch% {canary}",
    "fd::17/lab",
    "file://{repository}",
    "file://localhost{repository}",
    "FILE:{repository}",
    "{repository}",
    "..{repository}",
    "~/repository.git",
    "https::http://127.0.0.1:{port}/lab/tiny",
    "http::127.0.0.1:{port}/lab/tiny",
    "git+file://{repository}",
    "git://127.0.0.1:{port}/lab/tiny",
    "ssh://git@127.0.0.1:{port}/lab/tiny",
    "ssh://-oProxyCommand=touch${{IFS}}{canary}/lab/tiny",
    "git@-oProxyCommand=touch${{IFS}}{canary}:lab/tiny",
    "git@127.0.0.1:lab/tiny",
    "ftp://127.0.0.1:{port}/lab/tiny",
    "gopher://127.0.0.1:{port}/_GET%20/lab/tiny",
    "dict://127.0.0.1:{port}/lab/tiny",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/lab/tiny",
    "data:text/plain,lab/tiny",
    "javascript:alert(1)//lab/tiny",
)
OPTIONS = (
    "-utouch",
    "-u touch {canary}",
    "--upload-pack=touch {canary}",
    "--upload-pack=touch${{IFS}}{canary}",
    "--config=core.gitProxy=touch",
    "https://github.com/--upload-pack=touch/tiny",
    "https://github.com/lab/--upload-pack=touch",
    "https://-c/lab/tiny",
    "https://github.com/lab/$(touch${{IFS}}{canary})",
    "https://github.com/lab/`touch${{IFS}}{canary}`",
    "https://github.com/lab/tiny;touch${{IFS}}{canary}",
    "https://github.com/lab/tiny|touch",
)
CREDENTIALS = (
    "https://user:secret@127.0.0.1:{port}/lab/tiny",
    "https://git@127.0.0.1:{port}/lab/tiny",
    "https://token@github.com/lab/tiny",
    "https://github.com:443@127.0.0.1:{port}/lab/tiny",
    "https://github.com%40127.0.0.1:{port}/lab/tiny",
    "https://github.com\\@127.0.0.1:{port}/lab/tiny",
    "https://127.0.0.1:{port}\\@github.com/lab/tiny",
    "https://127.0.0.1:{port}#@github.com/lab/tiny",
    "https://127.0.0.1:{port}?@github.com/lab/tiny",
)
INSIDE = (
    "127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1",
    "017700000001", "0.0.0.0", "0", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
    "[fe80::1%25lo]", "[fd00:ec2::254]", "localhost", "LOCALHOST.", "ip6-localhost", "metadata.google.internal",
    "intranet", "127.0.0.1.rebound.example",
)  # fmt: skip
LOOKALIKES = (
    "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11:{port}/lab/tiny",
    "https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:{port}/lab/tiny",
    "https://127\u30020\u30020\u30021:{port}/lab/tiny",
    "https://github\u3002com/lab/tiny",
    "https://g\u0131thub.com/lab/tiny",
    "https://xn--gthub-n4a.com/lab/tiny",
    "https://github.com\u200b/lab/tiny",
    "https://\u202egithub.com/lab/tiny",
    "https://github.com.rebound.example:{port}/lab/tiny",
    "https://rebound.example/github.com/lab/tiny",
    "https://github.com\uff0frebound.example/lab/tiny",
    "https://github.com:{port}/lab/tiny",
    "https://github.com:99999/lab/tiny",
    "https://github.com:-1/lab/tiny",
)
BROKEN = (
    "https://github.com/lab/ti\nny",
    "https://github.com/lab/tiny\n--upload-pack=touch",
    "https://github.com/lab/tiny\r\nHost: 127.0.0.1:{port}",
    "https://github.com/lab/tiny\x00.git",
    "https://github.com\t@127.0.0.1:{port}/lab/tiny",
    "https://github.com/lab/tiny\u2028",
    "https://github.com/../../../../etc/passwd",
    "https://github.com/lab/%2e%2e",
    "https://github.com//etc/passwd",
    "https:///lab/tiny",
    "https://[::1/lab/tiny",
    "https://github.com/lab/" + "a" * 100_000,
    "https://" + "a." * 50_000 + "com/lab/tiny",
)
ALL = (
    *OTHER_WAYS_IN,
    *OPTIONS,
    *CREDENTIALS,
    *(f"https://{host}:{{port}}/lab/tiny" for host in INSIDE),
    *LOOKALIKES,
    *BROKEN,
)
