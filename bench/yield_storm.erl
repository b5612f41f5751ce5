-module(yield_storm).
-export([main/1]).
-define(RES(W, N, T0, OPS), begin Dt__ = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9, io:format("RESULT ~s ~b ~.9f ~.3f~n", [W, N, Dt__, (OPS) / Dt__]) end).

yields(0) -> ok;
yields(K) -> erlang:yield(), yields(K - 1).

gather(0) -> ok;
gather(K) -> receive done -> gather(K - 1) end.

main([A]) ->
    N = list_to_integer(A),
    Per = N div 1000,
    Me = self(),
    T0 = erlang:monotonic_time(nanosecond),
    [spawn(fun() -> yields(Per), Me ! done end) || _ <- lists:seq(1, 1000)],
    gather(1000),
    ?RES("yield_storm", N, T0, N).
