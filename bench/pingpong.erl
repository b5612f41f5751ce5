-module(pingpong).
-export([main/1]).
-define(RES(W, N, T0, OPS), begin Dt__ = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9, io:format("RESULT ~s ~b ~.9f ~.3f~n", [W, N, Dt__, (OPS) / Dt__]) end).

echo() -> receive {P, M} -> P ! M, echo() end.

drive(0, _) -> ok;
drive(K, E) -> E ! {self(), K}, receive K -> drive(K - 1, E) end.

main([A]) ->
    N = list_to_integer(A),
    E = spawn(fun echo/0),
    Me = self(),
    T0 = erlang:monotonic_time(nanosecond),
    spawn(fun() -> drive(N, E), Me ! done end),
    receive done -> ok end,
    ?RES("pingpong", N, T0, N).
