"""Every page of the console, by subject. Access is declared beside each; the matrix of tests is made from this."""

from __future__ import annotations

from desk.web.access import Page
from desk.web.pages import (
    acting,
    acts,
    bulk,
    cases,
    exits,
    health,
    post,
    public,
    queues,
    registers,
    rosters,
    runs,
    signing,
    supervision,
    trail,
)

PAGES: tuple[Page, ...] = (
    *health.PAGES,
    *public.PAGES,
    *signing.PAGES,
    *cases.PAGES,
    *acting.PAGES,
    *queues.PAGES,
    *runs.PAGES,
    *rosters.PAGES,
    *bulk.PAGES,
    *post.PAGES,
    *exits.PAGES,
    *acts.PAGES,
    *registers.PAGES,
    *supervision.PAGES,
    *trail.PAGES,
)
