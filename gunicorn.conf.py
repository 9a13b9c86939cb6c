"""How gunicorn serves the pages: requests are short (pages poll, they do not stream), so threads do."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
worker_class = "gthread"
threads = 16
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True
