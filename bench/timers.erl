-module(timers).
-export([main/1]).
-define(RES(W, N, T0, OPS), begin Dt__ = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9, io:format("RESULT ~s ~b ~.9f ~.3f~n", [W, N, Dt__, (OPS) / Dt__]) end).

start(0, _, _) -> ok;
start(K, X, Me) ->
    Y = (X * 1103515245 + 12345) rem 2147483648,
    Ms = 1 + (Y div 65536) rem 1000,
    spawn(fun() -> receive after Ms -> Me ! done end end),
    start(K - 1, Y, Me).

gather(0) -> ok;
gather(K) -> receive done -> gather(K - 1) end.

main([A]) ->
    N = list_to_integer(A),
    T0 = erlang:monotonic_time(nanosecond),
    start(N, 42, self()),
    gather(N),
    ?RES("timers", N, T0, N).
