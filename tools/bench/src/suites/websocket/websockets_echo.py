"""Python's websockets as an echo server, on asyncio's own loop or on uvloop, under the same load as the others.

Obeys the same orders as the JavaScript contestants, one JSON line each: arguments are the workload and the modules.
"""

import asyncio
import importlib
import json
import os
import signal
import sys
import time

from websockets.asyncio.server import serve

LOADS = {
    "ping-pong": {"connections": 100, "inFlight": 1, "payloadBytes": 64},
    "pipelined": {"connections": 100, "inFlight": 32, "payloadBytes": 64},
    "large": {"connections": 50, "inFlight": 1, "payloadBytes": 16384},
}
WARM_UP_SECONDS = 0.4
FULL_SECONDS = 0.6
QUICK_SECONDS = 0.25
LOAD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.ts")


async def us_per_message(load, seconds):
    taken = 0

    async def echo(socket):
        nonlocal taken
        async for message in socket:
            taken += 1
            await socket.send(message)

    async with serve(echo, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        # The load ends with this process: it has the other end of its input.
        client = await asyncio.create_subprocess_exec(
            os.environ["OXBOW_NODE"], LOAD, "echo", str(port), json.dumps(load), stdin=asyncio.subprocess.PIPE
        )
        try:
            while taken == 0:
                await asyncio.sleep(0.01)
            await asyncio.sleep(WARM_UP_SECONDS)
            before, start = taken, time.thread_time()
            await asyncio.sleep(seconds)
            return (time.thread_time() - start) * 1e6 / (taken - before)
        finally:
            client.kill()
            await client.wait()


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    workload, *modules = sys.argv[1:]
    loop = importlib.import_module("uvloop").new_event_loop() if "uvloop" in modules else asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    seconds = FULL_SECONDS
    for line in sys.stdin:
        order = json.loads(line)
        if order["order"] == "prepare":
            seconds = QUICK_SECONDS if order["quick"] else FULL_SECONDS
            answer = {"operations": 1}
        else:
            answer = {"value": loop.run_until_complete(us_per_message(LOADS[workload], seconds))}
        print(json.dumps(answer), flush=True)


main()
