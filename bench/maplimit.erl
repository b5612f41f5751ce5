-module(maplimit).
-export([main/1]).
-define(RES(W, N, T0, OPS), begin Dt__ = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9, io:format("RESULT ~s ~b ~.9f ~.3f~n", [W, N, Dt__, (OPS) / Dt__]) end).

start(I, Me) -> spawn(fun() -> receive after 10 -> Me ! {done, I} end end).

go(N, N, 0, R) -> R;
go(I, N, Fly, R) when I < N, Fly < 100 -> start(I, self()), go(I + 1, N, Fly + 1, R);
go(I, N, Fly, R) -> receive {done, J} -> go(I, N, Fly - 1, [J | R]) end.

main([A]) ->
    N = list_to_integer(A),
    T0 = erlang:monotonic_time(nanosecond),
    R = lists:sort(go(0, N, 0, [])),
    io:format("# ~b~n", [length(R)]),
    ?RES("maplimit", N, T0, N).
