"""The commands of layout.typ that a wording may call, each with bracketed text only: `#to[…]`, `#entry[…][…]`."""

COMMANDS = frozenset(
    {
        "to",
        "part",
        "entry",
        "attachment",
        "closing",
        "slip",
        "option",
        "sign",
        "note",
        "form",
        "row",
        "field",
        "strong",
        "offers",
        "unmet",
        "changes",
        "records",
        "photo",
    }
)
