"""What is agreed to at the first log-in: who is asked for what, and drafts of the texts. Pure."""

ACCOUNT, DATA = "account", "data"


def asked_kinds(*, is_adult: bool) -> list[str]:
    """The kinds of texts, in their order: 5.2 is everybody's; the processing of personal data is
    agreed to by staff and parents. Of a minor's data his parents say it, not the pupil."""
    return [ACCOUNT, DATA] if is_adult else [ACCOUNT]


_ACCOUNT_DRAFT = (
    "Я не передаю логин и пароль другим людям, в том числе членам семьи, и отвечаю за всё, что "
    "сделано под моим именем (п. 5.2, 5.4 порядка ведения электронного журнала).\n"
    "Если пароль стал известен другому, сразу меняю его и сообщаю в школу."
)
_DATA_DRAFT = (
    "{school} хранит в электронном журнале фамилию, имя, отчество, телефон и адрес электронной "
    "почты, об ученике также дату рождения, класс, отметки, пропуски и их причины, сведения "
    "личной карточки.\n"
    "Цель: ведение электронного журнала и дневника. Данные видят только те работники школы, "
    "которым они нужны по порядку ведения журнала, и законные представители ученика; другим не "
    "передаются.\n"
    "Согласие действует, пока ученик учится, а работник работает в школе, и сроки хранения "
    "журналов. Отозвать его можно в любой день письменным заявлением директору; тогда сведения об "
    "успеваемости выдаются на бумаге (п. 2.12)."
)


def draft(kind: str, school: str) -> str:
    """A text to begin with: the school changes it before it is published."""
    return {ACCOUNT: _ACCOUNT_DRAFT, DATA: _DATA_DRAFT.format(school=school or "Школа")}[kind]
