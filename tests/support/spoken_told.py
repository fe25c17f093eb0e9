"""What is said in the walk of tests/pages/test_screen_reader_told.py: as in spoken.py."""

TO_UNREAD = """
button: Jump to first unread | button: К первому непрочитанному
"""

FIRST_UNREAD = """
article: boris, 12:00 — New messages , message 2 \
| article: boris, 12:00 — Новые сообщения , message 2
"""

CODE = """
group: Code | group: Код
"""

COPY_CODE = """
button: Copy code | button: Скопировать код
"""

ASKED = """
dialog: Notify 2 people? — @all notifies everybody in this room. \
| dialog: Уведомить 2 человек? — @all уведомит всех в этой комнате.
button: Cancel | button: Отмена
"""

QUESTION = """
dialog: Notify 2 people? — @all notifies everybody in this room. \
| dialog: Уведомить 2 человек? — @all уведомит всех в этой комнате.
heading: Notify 2 people? | heading: Уведомить 2 человек?
@all notifies everybody in this room. | @all уведомит всех в этой комнате.
button: Send | button: Отправить
button: Cancel | button: Отмена
"""

GIVEN_BACK = """
textbox: Message, soup for @all. | textbox: Сообщение, soup for @all.
"""

DRAFT = """
link: Attic draft | link: Attic черновик
"""

LET_IN = """
You have been added to the room “Garden” | Вас добавили в комнату «Garden»
"""

BLOCKED = """
boris is blocked | Вы заблокировали: boris
"""

FOLDED = """
article: boris, 12:00
button: boris — @boris
fold: Message of somebody you have blocked, collapsed \
| fold: Сообщение заблокированного человека, collapsed
12:00
button: React | button: Поставить реакцию
button: Reply | button: Ответить
link: What to do with the message, collapsed, has a menu \
| link: Действия с сообщением, collapsed, has a menu
"""

BLOCKED_CARD = """
dialog: boris
boris
@boris
has not been here yet | здесь ещё не был(а)
button: Send a message | button: Написать
button: Mention | button: Упомянуть
button: Unblock | button: Разблокировать
"""

UNBLOCKED = """
boris is not blocked any more | Вы разблокировали: boris
"""

CARD_OF_GONE = """
dialog: clara
clara
@clara
Not in this room any more | Больше не в этой комнате
button: Send a message | button: Написать
fold: Block this person, collapsed | fold: Заблокировать человека, collapsed
"""

LET_IN_DEN = """
You have been added to the room “Den” | Вас добавили в комнату «Den»
"""

NOTICE = """
group: From the moderators | group: От модераторов
Den
1 message of yours was deleted by moderation. | Модераторы удалили 1 ваше сообщение.
Adverts
button: I have read it | button: Понятно
"""
