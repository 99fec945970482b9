import asyncio, time, os
import pytest
from tests.faults.test_followers import _follow,_post,by_pages,by_sse,make_token,Role,served,_CHUNK
from tests.faults.disturbance import *
MODES=os.environ.get("MODES","none").split(",")
@pytest.mark.parametrize("mode", MODES)
async def test_x(made,tmp_path,session,mode):
    poster, auditor = await make_token(made, Role.POSTER), await make_token(made, Role.AUDITOR)
    N=int(os.environ.get("N","20"))
    chunks=iter(range(N))
    async with served(made.dsn,tmp_path,processes=2) as [a,b]:
        seen={"p":[], "s":[]}
        t0=time.perf_counter()
        rs=[]
        if "read" in mode: rs=[asyncio.create_task(_follow(by_pages(session,a.url,auditor),seen["p"])),asyncio.create_task(_follow(by_sse(session,a.url,auditor),seen["s"]))]
        ds=[]
        if "dawdle" in mode: ds.append(writers_that_dawdle_and_roll_back(made))
        if "die" in mode: ds.append(writers_that_die(made))
        if "hints" in mode: ds.append(hints_that_are_lost(made))
        if "kill" in mode: ds.append(a_process_that_is_killed(b))
        async with meanwhile(*ds):
            w=(a,a,b) if "two" in mode else (a,a)
            await asyncio.gather(*(_post(session,s,poster,chunks) for s in w))
        t1=time.perf_counter()
        n=len(await made.entries())
        while rs and min(map(len,seen.values()))<n and time.perf_counter()-t1<60: await asyncio.sleep(.02)
        t2=time.perf_counter()
        print(mode, N*_CHUNK, "post", round(t1-t0,2), round(N*_CHUNK/(t1-t0)), "read behind", round(t2-t1,2), flush=True)
        for r in rs: r.cancel()
