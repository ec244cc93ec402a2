"""Letters on record made into files, as a worker does it."""

from __future__ import annotations

from activities.typesetting import Typesetter
from records.store.committer import Committer
from records.store.database import Database
from services.place import Place, letter_files, open_renderer


def set_letters(here: Place, database: Database) -> None:
    renderer, committer = open_renderer(here), Committer(database)
    typesetter = Typesetter(database, committer, renderer, letter_files(here, database, renderer.render))
    typesetter.sweep()
    typesetter.close()
    committer.close()
