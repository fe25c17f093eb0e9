"""What the people in the benchmarks say: different each time, of a given length, always the same
from run to run.
"""

import random

LINES = (
    "беседа комната вечер чай окно письмо дорога вопрос ответ пример утро книга город река друг",
    "сегодня завтра снова опять можно нужно скоро тихо да нет хорошо конечно спасибо сервер тест",
)
WORDS = " ".join(LINES).split()
VARIETY = 200


def texts(length: int = 100) -> list[str]:
    """`VARIETY` messages of `length` characters each."""
    dice = random.Random(length)  # noqa: S311 - repeatable, not secret
    return [_text(dice, length) for _ in range(VARIETY)]


def _text(dice: random.Random, length: int) -> str:
    words = " ".join(dice.choices(WORDS, k=length // 2))
    return words[: length - 1] + "."
