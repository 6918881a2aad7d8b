"""Imported by each Python client before anything else: the authorities that certifi knows are those of `SSL_CERT_FILE`.

Some clients hand requests over in a way that heeds no environment variable for this.
"""

import os

try:
    import certifi
except ImportError:
    pass  # this client does not use it
else:
    certifi.where = lambda: os.environ["SSL_CERT_FILE"]
