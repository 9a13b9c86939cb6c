"""The WSGI entry point: `gunicorn wsgi:app`."""

from dashboard import create_app, logging_setup
from dashboard.config import from_environment

settings = from_environment()
logging_setup.begin(settings.watching)
app = create_app(settings)
