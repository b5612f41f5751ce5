-module(spawn_join).
-export([main/1]).
-define(RES(W, N, T0, OPS), begin Dt__ = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9, io:format("RESULT ~s ~b ~.9f ~.3f~n", [W, N, Dt__, (OPS) / Dt__]) end).

gather(0, S) -> S;
gather(K, S) -> receive {done, I} -> gather(K - 1, S + I) end.

main([A]) ->
    N = list_to_integer(A),
    Me = self(),
    T0 = erlang:monotonic_time(nanosecond),
    _ = [spawn(fun() -> Me ! {done, I} end) || I <- lists:seq(0, N - 1)],
    io:format("# ~b~n", [gather(N, 0)]),
    ?RES("spawn_join", N, T0, N).
