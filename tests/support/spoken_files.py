"""What is said in the walk of tests/pages/test_screen_reader_files.py: as in spoken.py."""

MESSAGE = """
article: boris, 12:00
boris
by the lake
link: A lake at dawn
link: plan.pdf 123 kB | link: plan.pdf 123 кБ
12:00
"""

POST = """
article: boris, 12:00 — Today , New messages , by the lake , A lake at dawn , plan.pdf 123 kB \
| article: boris, 12:00 — Сегодня , Новые сообщения , by the lake , A lake at dawn , plan.pdf 123 кБ
"""

WITHOUT_TEXT = """
article: boris, 12:00 — boat.jpg
"""

PICTURE = """
link: A lake at dawn
"""

OPENED = """
dialog: A lake at dawn
heading: A lake at dawn
"""

LIGHTBOX = """
dialog: A lake at dawn
heading: A lake at dawn
Picture 1 of 2 | Картинка 1 из 2
button: Zoom, not pressed | button: Увеличить, not pressed
link: Save | link: Сохранить
button: Close | button: Закрыть
group: A lake at dawn
image: A lake at dawn
button: Next picture | button: Следующая картинка
"""

FIRST_PLACE = """
A lake at dawn
Picture 1 of 2 | Картинка 1 из 2
"""

ZOOMED = """
button: Zoom, pressed | button: Увеличить, pressed
"""

SECOND_PLACE = """
boat.jpg
Picture 2 of 2 | Картинка 2 из 2
"""

OTHER_PICTURE = """
link: boat.jpg
"""

ATTACH = """
button: Attach files | button: Прикрепить файлы
"""

CHOSEN = """
Files of the message: лето.jpg, note.txt | Файлы сообщения: лето.jpg, note.txt
"""

TRAY = """
list: Files of the message | list: Файлы сообщения
лето.jpg
16 kB | 16 кБ
textbox: Description of лето.jpg | textbox: Описание: лето.jpg
button: Remove лето.jpg | button: Убрать лето.jpg
note.txt
6.0 kB | 6,0 кБ
button: Remove note.txt | button: Убрать note.txt
"""

DESCRIBED = """
textbox: Description of лето.jpg | textbox: Описание: лето.jpg
"""

ARRIVED = """
"""

FOUND = """
heading: Search messages | heading: Поиск сообщений
Words | Слова
searchbox: Words, lake — “In quotes” finds exact words, a minus before a word \
leaves messages with it out, depl* finds deployed and deployment. \
| searchbox: Слова, lake — «В кавычках» — слова в точности, минус перед словом — без него, \
сообщ* — всё, что так начинается: сообщение, сообщает.
button: Find | button: Найти
“In quotes” finds exact words, a minus before a word \
leaves messages with it out, depl* finds deployed and deployment. \
| «В кавычках» — слова в точности, минус перед словом — без него, \
сообщ* — всё, что так начинается: сообщение, сообщает.
fold: More precisely, collapsed | fold: Точнее, collapsed
list: What was found | list: Найденное
link: boris lake.jpg Kitchen · 12:00
link: boris by the lake · lake.jpg · plan.pdf Kitchen · 12:00
"""

MORE_OPENED = """
fold: More precisely, expanded | fold: Точнее, expanded
"""

MORE = """
fold: More precisely, expanded | fold: Точнее, expanded
Room | Комната
combobox: Room, All rooms, collapsed, has a menu \
| combobox: Комната, Все комнаты, collapsed, has a menu
Written by | Автор
textbox: Written by | textbox: Автор
From this day on | Начиная с этого дня
mm
/
dd
/
yyyy
button: Show date picker Show date picker, has a menu
Before this day | До этого дня
mm
/
dd
/
yyyy
button: Show date picker Show date picker, has a menu
Order | Порядок
combobox: Order, The newest first, collapsed, has a menu \
| combobox: Порядок, Сначала новые, collapsed, has a menu
group: Only messages | group: Только сообщения
Only messages | Только сообщения
checkbox: with a picture, not checked | checkbox: с картинкой, not checked
with a picture | с картинкой
checkbox: with a file, not checked | checkbox: с файлом, not checked
with a file | с файлом
checkbox: with a link, not checked | checkbox: со ссылкой, not checked
with a link | со ссылкой
checkbox: with reactions, not checked | checkbox: с реакциями, not checked
with reactions | с реакциями
checkbox: that are pinned, not checked | checkbox: закреплённые, not checked
that are pinned | закреплённые
"""

ROOM_FILES = """
link: A lake at night
link: boris, 12:00
link: boat.jpg
link: boris, 12:00
link: plan.pdf 123 kB | link: plan.pdf 123 кБ
link: boris, 12:00
link: A lake at dawn
link: boris, 12:00
"""
