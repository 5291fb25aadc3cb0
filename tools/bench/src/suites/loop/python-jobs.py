"""The five jobs in Python's asyncio, on its own loop or on uvloop.

Obeys the same orders as the JavaScript contestants, one JSON line each: arguments are the workload and, for another
loop, its module.
"""

import asyncio
import importlib
import json
import signal
import sys
import time

SPAWNS = 100
GATHERED = 1000
ITEMS = 1000
PLACES = 10
CONTENDERS = 1000
PERMITS = 10


async def one():
    return 1


async def spawn(operations):
    for _ in range(operations):
        await asyncio.create_task(one())


async def gather(operations):
    for _ in range(0, operations, GATHERED):
        await asyncio.gather(*[asyncio.create_task(one()) for _ in range(GATHERED)])


async def produce(queue):
    for item in range(ITEMS):
        await queue.put(item)


async def consume(queue):
    for _ in range(ITEMS):
        await queue.get()


def through(max_size):
    async def run(operations):
        for _ in range(0, operations, ITEMS):
            queue = asyncio.Queue(max_size)
            await asyncio.gather(asyncio.create_task(produce(queue)), asyncio.create_task(consume(queue)))

    return run


async def contend(semaphore):
    async with semaphore:
        await asyncio.sleep(0)


async def semaphore(operations):
    for _ in range(0, operations, CONTENDERS):
        permits = asyncio.Semaphore(PERMITS)
        await asyncio.gather(*[asyncio.create_task(contend(permits)) for _ in range(CONTENDERS)])


WORKLOADS = {
    "spawn": (SPAWNS, spawn),
    "gather": (GATHERED, gather),
    "queue": (ITEMS, through(0)),
    "bounded-queue": (ITEMS, through(PLACES)),
    "semaphore": (CONTENDERS, semaphore),
}


def elapsed_seconds(loop, job, operations):
    start = time.thread_time()
    loop.run_until_complete(job(operations))
    return time.thread_time() - start


def prepare(loop, portion, job, warm_up_seconds, round_seconds):
    operations = portion
    last = 0
    spent = 0
    while spent < warm_up_seconds:
        if 0 < last < round_seconds / 2:
            operations *= 2
        last = max(1e-6, elapsed_seconds(loop, job, operations))
        spent += last
    return max(1, round(operations / portion * round_seconds / last)) * portion


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    workload, *modules = sys.argv[1:]
    loop = importlib.import_module(modules[0]).new_event_loop() if modules else asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    portion, job = WORKLOADS[workload]
    operations = portion
    for line in sys.stdin:
        order = json.loads(line)
        if order["order"] == "prepare":
            operations = prepare(loop, portion, job, order["warmUpMs"] / 1000, order["roundMs"] / 1000)
            answer = {"operations": operations}
        else:
            answer = {"value": elapsed_seconds(loop, job, operations) * 1e9 / operations}
        print(json.dumps(answer), flush=True)


main()
