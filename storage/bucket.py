"""Files in an S3-compatible bucket: workers on several machines share them without sharing a disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from storage.store import NotStored, StoreAway, Stored, checked

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

_REFUSED = (PermissionDeniedError, UnauthenticatedError)
_RETRY: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
_CLIENT: ClientConfig = {"connect_timeout": "5s", "timeout": "30s"}


class Bucket(NamedTuple):
    """Where a bucket is and who we are there. Empty: as the machine's own environment says."""

    url: str
    """s3://NAME, or s3://NAME/FOLDER"""
    endpoint: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = ""


class BucketStore:
    """Everything under the folder of one bucket. A put is one request: the service keeps it whole or not at all."""

    def __init__(self, bucket: Bucket, folder: str = "") -> None:
        """Nothing is asked of the service yet."""
        self._bucket, self._folder = bucket, folder
        config: S3Config = {"region": bucket.region or "us-east-1"}
        if bucket.endpoint:
            config["endpoint"] = bucket.endpoint
        if bucket.access_key:
            config["access_key_id"], config["secret_access_key"] = bucket.access_key, bucket.secret_key
        client: ClientConfig = {**_CLIENT, "allow_http": bucket.endpoint.startswith("http://")}
        self._store = S3Store.from_url(bucket.url, config=config, client_options=client, retry_config=_RETRY)

    def put(self, name: str, content: bytes, *, synced: bool = True) -> None:
        """See Store; a bucket is always durable."""
        with self._reached():
            obstore.put(self._store, self._key(name), content, use_multipart=False)

    def get(self, name: str) -> bytes:
        """See Store."""
        with self._reached(name):
            return obstore.get(self._store, self._key(name)).bytes().to_bytes()

    def exists(self, name: str) -> bool:
        """See Store."""
        try:
            with self._reached(name):
                obstore.head(self._store, self._key(name))
        except NotStored:
            return False
        return True

    def delete(self, name: str) -> None:
        """See Store."""
        with self._reached():
            obstore.delete(self._store, self._key(name))

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """See Store."""
        start = len(self._folder) + 1 if self._folder else 0
        with self._reached():
            for page in obstore.list(self._store, prefix=self._key(prefix) if prefix else self._folder or None):
                for meta in page:
                    yield Stored(meta["path"][start:], meta["size"])

    def where(self, name: str) -> str:
        """See Store."""
        return f"{self._bucket.url.rstrip('/')}/{self._key(name)}"

    def within(self, folder: str) -> BucketStore:
        """See Store."""
        return BucketStore(self._bucket, self._key(folder))

    def _key(self, name: str) -> str:
        return f"{self._folder}/{checked(name)}" if self._folder else checked(name)

    @contextmanager
    def _reached(self, name: str = "") -> Iterator[None]:
        """What the service says, in our words."""
        try:
            yield
        except (NotFoundError, FileNotFoundError) as error:
            if name:
                raise NotStored(name) from error
            raise StoreAway(f"存储桶 {self._bucket.url} 不存在：请检查 JIANDING_STORAGE_URL") from error
        except _REFUSED as error:
            raise StoreAway(
                f"存储桶 {self._bucket.url} 拒绝访问：请检查 JIANDING_STORAGE_ACCESS_KEY、"
                "JIANDING_STORAGE_SECRET_KEY 及其权限"
            ) from error
        except BaseError as error:
            raise StoreAway(
                f"存储桶 {self._bucket.url} 没有应答：请检查 JIANDING_STORAGE_ENDPOINT 与网络后重试；已记录的不受影响"
            ) from error
