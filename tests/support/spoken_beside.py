"""What is said in the walk of tests/pages/test_screen_reader_beside.py: as in spoken.py."""

FOLDED = """
heading: Today | heading: Сегодня
article: anna, 12:00
anna
who cooks?
12:00
image: Sent | image: Отправлено
link: 3 deleted messages, collapsed | link: 3 удалённых сообщения, collapsed
New messages | Новые сообщения
article: boris, 12:00
boris
message 5
12:00
fold: 4 events in the room, collapsed | fold: 4 события в комнате, collapsed
"""

RUN = "link: 3 deleted messages, expanded | link: 3 удалённых сообщения, expanded"

DELETED = "article: boris, 12:00 — Message deleted | article: boris, 12:00 — Сообщение удалено"

EVENTS = """
fold: 4 events in the room, expanded | fold: 4 события в комнате, expanded
clara was added by anna | clara теперь в комнате. Кто добавил: anna
12:00
boris is an owner now | boris теперь владелец
12:00
anna renamed the room | Изменено название комнаты: anna
12:00
boris renamed the room | Изменено название комнаты: boris
12:00
"""

CARD = """
dialog: boris
boris
@boris
owner | владелец
has not been here yet | здесь ещё не был(а)
button: Send a message | button: Написать
button: Mention | button: Упомянуть
fold: Block this person, collapsed | fold: Заблокировать человека, collapsed
"""

TO_BLOCK = """
fold: Block this person, expanded | fold: Заблокировать человека, expanded
What they write to you is refused, and what they say in rooms is folded. \
| Личные сообщения от этого человека не принимаются, а сообщения в комнатах свёрнуты.
button: Block | button: Заблокировать
"""

LEVELS = """
fold: Notifications All messages, expanded | fold: Уведомления Все сообщения, expanded
group: Notifications | group: Уведомления
button: All messages, pressed | button: Все сообщения, pressed
button: Mentions only, not pressed | button: Только упоминания, not pressed
button: Nothing, not pressed | button: Отключены, not pressed
"""

CHOSEN = "button: Mentions only, pressed | button: Только упоминания, pressed"

LEVEL = """
fold: Notifications Mentions only, collapsed | fold: Уведомления Только упоминания, collapsed
"""

NOT_SENT = """
Not sent: unlucky Text contains characters that cannot be stored \
| Не отправлено: unlucky В тексте есть знаки, которые нельзя сохранить
"""

UNLUCKY = """
article: anna, 12:00, Not sent — unlucky , Text contains characters that cannot be stored \
| article: anna, 12:00, Не отправлено — unlucky , В тексте есть знаки, которые нельзя сохранить
"""

TO_SEND_AGAIN = """
link: What to do with the message, collapsed, has a menu \
| link: Действия с сообщением, collapsed, has a menu
button: Retry | button: Повторить
button: Take back | button: Вернуть в поле ввода
"""

TOLD_OF_OTHER = """
You wrote this in another browser theirs Add to the field Discard \
| Это вы написали в другом браузере theirs Добавить в поле Отбросить
"""

OTHER = """
heading: You wrote this in another browser | heading: Это вы написали в другом браузере
theirs
button: Add to the field | button: Добавить в поле
button: Discard | button: Отбросить
"""

NOTHING = """
Nothing yet. Mentions of you, replies to you and reactions to your messages appear here. \
| Пока пусто. Здесь появится всё, что касается вас: упоминания, ответы и реакции на ваши сообщения.
"""

ACTIVITY = """
link: boris mentioned everybody @all dinner Kitchen · just now \
| link: boris упоминает всех @all dinner Kitchen · только что
link: clara replied to you not me Kitchen · just now \
| link: clara отвечает вам not me Kitchen · только что
link: boris and clara: 👍🎉 who cooks? Kitchen · just now \
| link: boris и clara: 👍🎉 who cooks? Kitchen · только что
"""
