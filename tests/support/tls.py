"""Certificates for 127.0.0.1, made by openssl, and servers that have one."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for 127.0.0.1 and localhost."""

    certfile: Path
    keyfile: Path

    @classmethod
    def make(cls, folder: Path) -> "Certificate":
        """Make one that is good for a day."""
        made = cls(folder / "tls-certificate.pem", folder / "tls-secret.pem")
        kind = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
        about = (
            *("-days", "1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
        )
        files = ("-keyout", str(made.keyfile), "-out", str(made.certfile))
        subprocess.run(
            ["openssl", "req", "-x509", *kind, *about, *files], check=True, capture_output=True
        )
        return made

    def trust(self) -> ssl.SSLContext:
        """Return a client's context that trusts this certificate alone."""
        return ssl.create_default_context(cafile=str(self.certfile))

    def arguments(self) -> tuple[str, ...]:
        """Return the options by which Hypercorn takes it."""
        return "--certfile", str(self.certfile), "--keyfile", str(self.keyfile)
