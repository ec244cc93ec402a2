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


class OutsideScope(Refusal):
    """A service token that was not made for this."""

    wording = "该服务令牌不能用于“{act}”（须有范围：{scope}）"
