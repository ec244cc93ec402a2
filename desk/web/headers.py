"""What every answer says to the browser: nothing from elsewhere, nothing inline, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
NOT_KEPT = "no-store"
KEPT = "public, max-age=86400"


class Headers:
    """Adds them to every answer; over TLS the browser is told to stay there."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what the pages answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._added(message, scope["path"])]
            await send(message)

        await self._app(scope, receive, with_headers)

    def _added(self, message: Message, path: str) -> list[tuple[bytes, bytes]]:
        said = {name.decode("latin-1").lower() for name, _ in message.get("headers", [])}
        added = dict(HEADERS)
        if self._secure:
            added["strict-transport-security"] = "max-age=31536000"
        added["cache-control"] = KEPT if path.startswith("/static/") else NOT_KEPT
        return [(name.encode(), value.encode()) for name, value in added.items() if name not in said]
