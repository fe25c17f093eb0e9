"""Numbers that the protocol promises and the database holds."""

MESSAGE_MAX = 4_000  # Characters: a long e-mail fits, a log file does not.
CLIENT_ID_MAX = 64
# Beyond 2**53 a JavaScript client can no longer tell neighbouring numbers apart.
MESSAGE_ID_MAX = 2**53
FILES_MAX = 10  # Of one message.
REPLAY_MAX = 1_000  # Messages that `?after=` sends; who has missed more loads the history.
