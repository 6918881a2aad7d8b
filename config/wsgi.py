"""What gunicorn serves: `gunicorn config.wsgi`. The store is open and up to date before the first request."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from config import logs
from config.environment import environment
from wiring import open_store

logs.configure()
open_store(environment())
application = get_wsgi_application()
