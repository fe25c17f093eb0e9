"""What is said in the walk of tests/pages/test_screen_reader.py.

A line has the English words, and behind "|" the Russian ones where they are others.
"""

MESSAGES = """
heading: Today | heading: Сегодня
article: boris, 12:00
boris
we meet at six
image: Pinned | image: Закреплено
link: edited | link: изменено
12:00
article: boris, 12:00
boris
Message deleted | Сообщение удалено
12:00
article: boris, 12:00
boris
soup?
image: Pinned | image: Закреплено
12:00
link: 1 reply | link: 1 ответ
article: anna, 12:00
anna
mine
12:00
image: Read | image: Прочитано
button: 🎉 2, pressed
button: 👍 1, not pressed
fold: Since you left: 1 edited, 1 deleted, 1 reaction to yours, collapsed \
| fold: Пока вас не было: 1 сообщение изменено, 1 сообщение удалено, \
1 реакция на ваши сообщения, collapsed
New messages | Новые сообщения
article: boris, 12:00, Mentions you | article: boris, 12:00, Упоминает вас
boris
link: In reply to: boris : soup? | link: В ответ на: boris : soup?
@anna
yes
image: Mentions you | image: Упоминает вас
12:00
clara was added by anna | clara теперь в комнате. Кто добавил: anna
12:00
"""

PINS = """
fold: Pinned: we meet at six , in all: 2, expanded \
| fold: Закреплено: we meet at six , всего: 2, expanded
link: boris : we meet at six
link: boris : soup?
"""

SINCE = """
fold: Since you left: 1 edited, 1 deleted, 1 reaction to yours, expanded \
| fold: Пока вас не было: 1 сообщение изменено, 1 сообщение удалено, \
1 реакция на ваши сообщения, expanded
heading: Edited | heading: Изменены
link: boris
12:00
we meet at
deletion:
five
insertion:
six
heading: Deleted | heading: Удалены
link: boris
12:00
heading: Reactions to yours | heading: Реакции на ваши сообщения
link: mine
👍
boris
"""

LAST = """
article: boris, 12:00, Mentions you — New messages , In reply to: boris : soup? , @anna yes \
| article: boris, 12:00, Упоминает вас — Новые сообщения , В ответ на: boris : soup? , @anna yes
"""

UPWARDS = """
article: anna, 12:00 — mine , 🎉 2 👍 1
article: boris, 12:00 — soup? , Pinned , 1 reply \
| article: boris, 12:00 — soup? , Закреплено , 1 ответ
article: boris, 12:00 — Message deleted | article: boris, 12:00 — Сообщение удалено
article: boris, 12:00 — Today , we meet at six , Pinned , edited \
| article: boris, 12:00 — Сегодня , we meet at six , Закреплено , изменено
"""

TABBED = """
button: 🎉 2, pressed — anna, boris
button: 👍 1, not pressed — boris
button: React | button: Поставить реакцию
button: Reply | button: Ответить
link: What to do with the message, collapsed, has a menu \
| link: Действия с сообщением, collapsed, has a menu
"""

MENU = """
menu: What to do with the message | menu: Действия с сообщением
menuitem: React | menuitem: Поставить реакцию
menuitem: Reply | menuitem: Ответить
menuitem: Edit | menuitem: Изменить
menuitem: Copy text | menuitem: Копировать текст
menuitem: Copy link | menuitem: Копировать ссылку
menuitem: Pin | menuitem: Закрепить
menuitem: Mark as unread | menuitem: Отметить непрочитанным
menuitem: Who has read it | menuitem: Кто прочитал
menuitem: Who has reacted | menuitem: Кто отреагировал
menuitem: Delete | menuitem: Удалить
"""

PICKER_OPENED = """
dialog: React | dialog: Поставить реакцию
searchbox: Find an emoji | searchbox: Найти эмодзи
"""

PICKER = """
dialog: React | dialog: Поставить реакцию
searchbox: Find an emoji, tada | searchbox: Найти эмодзи, tada
1 found | Найдено: 1
button: party popper | button: хлопушка
group: Skin tone | group: Тон кожи
radio: Default skin tone, checked | radio: Обычный цвет, checked
radio: Light skin tone, not checked | radio: Очень светлый тон кожи, not checked
radio: Medium-light skin tone, not checked | radio: Светлый тон кожи, not checked
radio: Medium skin tone, not checked | radio: Средний тон кожи, not checked
radio: Medium-dark skin tone, not checked | radio: Тёмный тон кожи, not checked
radio: Dark skin tone, not checked | radio: Очень тёмный тон кожи, not checked
"""

REPLYING = """
Reply to boris | Ответ: boris
soup?
link: Cancel | link: Отмена
"""

EDITING = """
Editing | Правка
mine
link: Cancel | link: Отмена
"""

VERSIONS = """
dialog: Earlier versions | dialog: Прежние версии
heading: Earlier versions | heading: Прежние версии
12:00
we meet at
deletion:
five
insertion:
six
"""

READERS = """
dialog: Read by 1 of 2 | dialog: Прочитали: 1 из 2
heading: Read by 1 of 2 | heading: Прочитали: 1 из 2
boris
"""

REACTIONS = """
dialog: Reactions | dialog: Реакции
heading: Reactions | heading: Реакции
🎉
boris, anna
👍
boris
"""

CONFLICT = """
region: Edits that were not saved | region: Правки, которые не сохранились
heading: Edits that were not saved | heading: Правки, которые не сохранились
This message has been edited elsewhere meanwhile \
| Это сообщение тем временем изменили в другом месте
heading: Your text | heading: Ваш текст
mine!
heading: It now says: | heading: Сейчас в сообщении:
from my phone
button: Send mine | button: Отправить мой текст
button: Copy text | button: Копировать текст
button: Discard mine | button: Отбросить мой текст
"""

SUGGESTIONS = """
listbox: Suggestions | listbox: Подсказки
option: boris
option: clara
option: @all Everybody in the room | option: @all Все в комнате
"""

THREAD = """
dialog: Thread | dialog: Ветка
heading: Thread | heading: Ветка
button: Close | button: Закрыть
region: Replies | region: Ответы
heading: Today | heading: Сегодня
article: boris, 12:00
boris
soup?
image: Pinned | image: Закреплено
12:00
article: boris, 12:00, Mentions you | article: boris, 12:00, Упоминает вас
boris
link: In reply to: boris : soup? | link: В ответ на: boris : soup?
@anna
yes
image: Mentions you | image: Упоминает вас
12:00
textbox: Reply in the thread | textbox: Ответить в ветке
button: Attach files | button: Прикрепить файлы
button: Send | button: Отправить
"""

UNSENT = """
article: anna, 12:00, Not sent | article: anna, 12:00, Не отправлено
anna
unlucky
12:00
image: Not sent | image: Не отправлено
Text contains characters that cannot be stored | В тексте есть знаки, которые нельзя сохранить
button: Retry | button: Повторить
button: Take back | button: Вернуть в поле ввода
"""
