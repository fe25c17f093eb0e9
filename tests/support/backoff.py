"""The delays between attempts to reconnect, without the waiting."""

from playwright.async_api import BrowserContext

FIRST = 499.5
"""What static/js/net/socket.js waits first, in milliseconds; then twice as long each time."""

# Jitter gives the longest delays. They are told from other timers by their lengths.
_SCRIPT = """
Math.random = () => 0.999;
window.delays = [];
const { setTimeout } = window;
window.setTimeout = (run, delay, ...rest) => {
  if (!delay || !Number.isInteger(delay / FIRST)) return setTimeout(run, delay, ...rest);
  window.delays.push(delay);
  return delay < NEVER ? setTimeout(run, delay / 20, ...rest) : 0;
};
"""


async def shorten(context: BrowserContext, never: float = 100 * FIRST) -> None:
    """Let pages wait a twentieth of each delay, and for ever where it is `never` ms or longer.

    `window.delays` lists what they would have waited.
    """
    script = _SCRIPT.replace("FIRST", str(FIRST)).replace("NEVER", str(never))
    await context.add_init_script(f"{{ {script} }}")
