"""How the office says no to its own people: named, with what to do next."""

from __future__ import annotations

from states.refusals import Refusal


class NotSignedIn(Refusal):
    """Nobody is signed in here."""

    wording = "尚未登录；请先登录（命令行：./run login 姓名）"


class SessionEnded(Refusal):
    """The session ran out, was ended elsewhere, or never was."""

    wording = "登录已失效（{why}）；请重新登录（命令行：./run login 姓名）"


class SignInFailed(Refusal):
    """Name, password or code is wrong; which of them is not said."""

    wording = "姓名、口令或动态码不正确"


class TooManyAttempts(Refusal):
    """Too many failures in a row: heard again after a while."""

    wording = "尝试过于频繁，请 {seconds} 秒后再试"


class SecondFactorNeeded(Refusal):
    """The password is right; the code of the second factor is still to come."""

    wording = "该账户须用动态码登录；请一并提供六位动态码"


class SecondFactorNotEnrolled(Refusal):
    """The account's roles need a second factor, and none has been set up yet."""

    wording = "“{name}”的角色须用动态码，尚未设置；请先设置（命令行：./run operator second-factor）"


class ReauthenticationNeeded(Refusal):
    """What is asked for needs a password that was given just now."""

    wording = "“{act}”须重新验证身份；请再次输入口令（命令行：./run login 姓名）"


class AccountNotActive(Refusal):
    """Whoever is locked or has left does nothing."""

    wording = "账户“{name}”{state_name}，不能办理"


class UnknownAccount(Refusal):
    """No such account."""

    wording = "没有账户“{name}”；用 ./run operator list 查找"


class NameTaken(Refusal):
    """Two accounts may not look alike."""

    wording = "已有账户“{name}”；同名人员请加工号或科室区分"


class BadAccount(Refusal):
    """What was given for an account makes no sense."""

    wording = "账户资料有误：{why}"


class WeakPassword(Refusal):
    """A password that is guessed first."""

    wording = "口令不合要求：{why}"


class AlreadyInitialised(Refusal):
    """There are operators already; a further administrator is made by one."""

    wording = "本系统已有人员登记，不能再次初始化；请由管理员用 ./run operator add 添加"


class NotInitialised(Refusal):
    """There are no operators yet."""

    wording = "本系统尚无人员登记；请先执行 ./run operator init 姓名"


class PeopleKeyUnusable(Refusal):
    """The key that accounts and sessions are sealed with is gone, damaged, or readable by others."""

    wording = "人员密钥文件 {path} 不能使用：{why}"


class AccountAltered(Refusal):
    """An account's row is not as this program wrote it: somebody changed the database."""

    wording = "账户“{name}”的登记与其封签不符，可能被人直接改动了数据库；该账户停用，请由管理员重置并查办"


class UnknownToken(Refusal):
    """No such service token."""

    wording = "没有服务令牌“{token}”；用 ./run operator token list 查找"


class UnknownCase(Refusal):
    """No such case; another centre's is told alike."""

    wording = "没有案件 {case}；用 ./run case list 查找"


class NoRole(Refusal):
    """An account that has no role yet."""

    wording = "“{name}”尚无角色，不能办理“{command}”；请由管理员授予（./run operator roles）"


class ActNotAllowed(Refusal):
    """The person's roles do not carry this act."""

    wording = "您的角色无权办理“{act}”，请由{allowed}办理"


class OfficeWide(Refusal):
    """An act that concerns every centre, from somebody who reaches only some."""

    wording = "“{act}”关系全部鉴定中心，只能由范围为全部中心的人员办理"


class UnknownSubject(Refusal):
    """What is not there, and what is another centre's, are told alike."""

    wording = "没有“{subject}”，请核对后重试"


class UnknownProposal(Refusal):
    """No such proposal."""

    wording = "没有待复核事项“{proposal}”；用 ./run office pending 查找"


class AlreadyDecided(Refusal):
    """The proposal was approved, declined or taken back before."""

    wording = "事项“{proposal}”已于{at}由{by}处理（{status_name}）"


class StaleProposal(Refusal):
    """What was shown is no longer what would happen."""

    wording = "“{act}”在查看之后情况有变，本次批准无效；请重新查看后再办理"


class NoChange(Refusal):
    """What is asked for is so already."""

    wording = "“{subject}”已经如此，无需办理"


class ReasonNeeded(Refusal):
    """An act that is not done without saying why."""

    wording = "“{act}”须写明原因（--reason）"


class LastAdministrator(Refusal):
    """An installation without an administrator could not be mended."""

    wording = "“{name}”是唯一的管理员；请先授予另一人管理员角色"


class BadPolicy(Refusal):
    """A policy that is not there, or a value that makes no sense."""

    wording = "政策不合理：{why}"


class BadCatalog(Refusal):
    """An annex that does not prove its totals, or a date that cannot be moved."""

    wording = "目录附件有误：{why}"


class BadCentre(Refusal):
    """A centre that is not well-formed, or looks like another one."""

    wording = "鉴定中心资料有误：{why}"


class LetterMoved(Refusal):
    """A letter that is no longer where it would have to be."""

    wording = "{letter}（{number}）{status_name}，{why}"


class NotAsked(Refusal):
    """A letter whose fate nobody has asked about."""

    wording = "{letter}（{number}）是否送达不明；请先向收件人核实，再加 --not-received 并写明 --reason"


class UnknownRun(Refusal):
    """No such run; one that is only about other centres' cases is told alike."""

    wording = "没有批次 {run}；用 ./run bulk list 查找"


class RunMoved(Refusal):
    """A run that is not in a state to be moved so."""

    wording = "批次 {run} {status_name}，不能再{verb}"


class OutsideScope(Refusal):
    """A service token that was not made for this."""

    wording = "该服务令牌不能用于“{act}”（须有范围：{scope}）"
