"""What our payloads have in common: field names and fixed words, which compression then need not repeat.

A history is decoded with the dictionary that it was encoded with, so an entry here is never changed: a better one is
added under the next number. Nothing personal is ever put in.
"""

from __future__ import annotations

NONE = 0
"""Marks a payload that compression would not make smaller."""

# The most frequent stands last: the nearer, the fewer bits.
_FIRST = (
    '{"message":"","stack_trace":""}application/binary/nulljson/plainencodingmessageType'
    '"settle_refund","bank_ref":"fail_refund","refund_failure":"decline","correct","convert","number":"report_loss",'
    '"import_certificate","certificate_no":"","instrument":"skill_level","vocational","organisation":"",'
    '"request_conversion","request_refund","continue_exam","choice":"","evidence":"意愿选择书","choice_deadline":"202',
    '"origin":"registered","reminded":["202"],"escalated":true,"refund_fen":,"superseded":true,"duplicate":"",'
    '"suggestions":[""],"centre_problem":"","hold":"","unprintable":"","known_occupation":false,'
    '"policies":{"announced_at_exit":"choose","choice_days":30,"reminders":[30,7,1],"choice_default":"","rest_days":7},'
    '"work_years":,"held_level":,"held_years":,"cohort":"plan_student","cohort":"new_apprentice",',
    '"exam":{"session":"","paper":"","result":"passed","held_on":"202"},"result":"failed","absent","site":"430100",'
    '"settled_on":"2020-","refunding","refunded","choosing","closed","converting","converted","reissued","attested",'
    '"documents":[["exit_notice",""],["choice_reminder",""],["choice_confirmation",""],["refund_notice",""],'
    '["exam_result",""],["certificate_collection",""],["certificate",""],["conversion_notice",""],["closure_notice",""],'
    '["reissue_notice",""],["certificate_information_letter",""],["data_audit_form",""],',
    '"orders":[{"do":"approve","id":"","by":"","role":"reviewer"}],{"do":"hold_exam","result":"passed","session":"",'
    '"paper":"",{"do":"certify","pending":{"command":"certify","by":"","on":"2020-","order":{"do":"certify",'
    '"certificate":{"number":"","issued_on":"2020-"},{"do":"withdraw","reason":"","role":"finance","supervisor",'
    '{"number":"430100-2020-","facts":{"number":"430100-2020-","state":"registered","revision":,"centre":"430100",'
    '"context":{},"rehearsal":true,"told":"2020-","continued":true,"at":"2020-T09:00:00+08:00","before":,"steps":[{',
    '"candidate":{"name":"","id_number":"430","address":"省市区","phone":"1","email":"@"},"occupation":"",'
    '"qualification":"","level":4,"exam_id":"","exit_date":"2020-12-31","2020-09-30","fee_fen":,"seen":{"":1,"":2}}'
    '{"state":"examined","revision":3}{"state":"certified","revision":4,"documents":[['
    '{"state":"announced","revision":1,{"state":"registered","revision":2,"documents":[["announcement","〔2020〕号"],'
    '["registration_receipt","〔2020〕1号"]]}'
    '{"orders":[{"do":"announce","candidate":{"name":"","id_number":"430","address":"省市区","phone":"1",'
    '"email":"@"},"occupation":"","level":4,"centre":"430100","exam":"2020-","id":"","by":""},{"do":"register",'
    '"fee_fen":,"id":"","by":""}],"context":{"exit_date":"2020-12-31","occupation":"","qualification":""}}'
    "encodingjson/plain",
)

DICTIONARIES: dict[int, bytes] = {1: "".join(_FIRST).encode()}
NEWEST = max(DICTIONARIES)
