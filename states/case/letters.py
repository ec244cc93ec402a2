"""Which documents each step produces (design §8): a table, read by `decide`, the docs and the tests."""

from __future__ import annotations

from collections.abc import Mapping

from states.words import DocumentKind as K
from states.words import Instrument, State
from states.words import Trigger as T

S = State

# (trigger, state it led to) → letters; a trigger that may lead to several states has a row for each.
LETTERS: Mapping[tuple[T, S], tuple[K, ...]] = {
    (T.ANNOUNCE, S.ANNOUNCED): (K.ANNOUNCEMENT,),
    (T.REGISTER, S.REGISTERED): (K.REGISTRATION_RECEIPT,),
    (T.WITHDRAW, S.CLOSED): (K.CLOSURE_NOTICE,),
    (T.WITHDRAW, S.REFUNDING): (K.REFUND_NOTICE,),
    (T.EXIT, S.CHOOSING): (K.EXIT_NOTICE,),
    (T.EXIT, S.CLOSED): (K.CLOSURE_NOTICE,),
    (T.CONTINUE_EXAM, S.ANNOUNCED): (K.CHOICE_CONFIRMATION,),
    (T.CONTINUE_EXAM, S.REGISTERED): (K.CHOICE_CONFIRMATION,),
    (T.REQUEST_REFUND, S.REFUNDING): (K.CHOICE_CONFIRMATION, K.REFUND_NOTICE),
    (T.REQUEST_REFUND, S.CLOSED): (K.CHOICE_CONFIRMATION, K.CLOSURE_NOTICE),
    (T.REQUEST_CONVERSION, S.CONVERTING): (K.CHOICE_CONFIRMATION, K.CONVERSION_NOTICE),
    (T.HOLD_EXAM, S.EXAMINED): (K.EXAM_RESULT,),
    (T.HOLD_EXAM, S.FAILED): (K.EXAM_RESULT,),
    (T.CERTIFY, S.CERTIFIED): (K.CERTIFICATE, K.CERTIFICATE_COLLECTION),
    (T.CONVERT, S.CONVERTED): (K.CONVERSION_NOTICE,),
    (T.REISSUE, S.REISSUED): (K.REISSUE_NOTICE, K.CERTIFICATE),
    (T.ATTEST, S.ATTESTED): (K.CERTIFICATE_INFORMATION_LETTER,),
}

# Ours to print are only the government's certificates; a skill-level one is its organisation's.
VOCATIONAL_ONLY = frozenset({K.CERTIFICATE})


def letters_for(trigger: T, dest: S, instrument: Instrument) -> tuple[K, ...]:
    """The kinds of letter that `trigger` into `dest` produces, in the order they are numbered."""
    kinds = LETTERS.get((trigger, dest), ())
    if instrument is Instrument.VOCATIONAL:
        return kinds
    return tuple(kind for kind in kinds if kind not in VOCATIONAL_ONLY)
