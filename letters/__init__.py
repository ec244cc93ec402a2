"""Letters: wording (Jinja2) → Typst → PDF/A-3a and PDF/UA-1, sealed with a signed code (design §6, §8)."""
