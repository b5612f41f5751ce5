-module(ring).
-export([main/1]).
-define(RES(W, N, T0, OPS), begin Dt__ = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9, io:format("RESULT ~s ~b ~.9f ~.3f~n", [W, N, Dt__, (OPS) / Dt__]) end).

fwd(To) -> receive M -> To ! M, fwd(To) end.

chain(0, P) -> P;
chain(K, P) -> chain(K - 1, spawn(fun() -> fwd(P) end)).

laps(L, _) when L =< 0 -> ok;
laps(L, P) -> P ! token, receive token -> laps(L - 1000, P) end.

main([A]) ->
    N = list_to_integer(A),
    P = chain(999, self()),
    T0 = erlang:monotonic_time(nanosecond),
    laps(N, P),
    ?RES("ring", N, T0, N).
