"""A real S3-compatible server on loopback, as a fixture (see `pytest_plugins` of whoever needs it)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import boto3
import pytest
from moto.server import ThreadedMotoServer

from storage.bucket import Bucket

_serial = count()
ACCESS, SECRET = "office", "not-a-secret"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Bucket:
    """An empty bucket of the test's own."""
    name = f"jianding-{next(_serial)}"
    client = boto3.client(
        "s3", endpoint_url=s3_endpoint, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    client.create_bucket(Bucket=name)
    return Bucket(f"s3://{name}/office", s3_endpoint, "us-east-1", ACCESS, SECRET)
