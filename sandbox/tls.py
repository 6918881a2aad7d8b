"""HTTPS on loopback: a certificate authority made at start, and one certificate for every name a client may call.

The authority's key is never written anywhere; its certificate goes to a file, for the process under test to trust.
Certificates are judged by the machine's clock, whatever the sandbox's says, so they are dated by it.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES = (
    "localhost", "api.hubapi.com", "login.salesforce.com", "test.salesforce.com", "*.salesforce.com",
    "*.my.salesforce.com", "*.sandbox.my.salesforce.com",
)  # fmt: skip
LIFE = timedelta(days=90)


def server_context(ca_file: Path) -> ssl.SSLContext:
    """What a server needs to be believed by those who trust `ca_file`, which is written. OSError if it cannot be."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = authority(ca_key)
    certificate = for_names(key.public_key(), ca, ca_key)
    ca_file.write_bytes(ca.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory(prefix="sandbox-tls-") as directory:
        chain = Path(directory) / "chain.pem"  # a context takes its key from a file only; the directory is ours alone
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain.write_bytes(private + certificate.public_bytes(Encoding.PEM))
        context.load_cert_chain(chain)
    return context


def authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Entente sandbox, trusted by tests only")])
    usage = x509.KeyUsage(
        key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = started(name, name, key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(key, hashes.SHA256())


def for_names(
    key: ec.EllipticCurvePublicKey, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """The server's certificate, for 127.0.0.1 and all NAMES."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    named = [x509.IPAddress(ip_address("127.0.0.1")), *(x509.DNSName(each) for each in NAMES)]
    builder = started(name, ca.subject, key)
    builder = builder.add_extension(x509.SubjectAlternativeName(named), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
    )
    return builder.sign(ca_key, hashes.SHA256())


def started(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFE)
    )
