"""Every page of the console, by subject. Access is declared beside each; the matrix of tests is made from this."""

from __future__ import annotations

from desk.web.access import Page
from desk.web.pages import acting, cases, health, queues, signing

PAGES: tuple[Page, ...] = (*health.PAGES, *signing.PAGES, *cases.PAGES, *acting.PAGES, *queues.PAGES)
