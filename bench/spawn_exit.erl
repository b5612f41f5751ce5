-module(spawn_exit).
-export([main/1]).

wait(0) -> ok;
wait(K) -> receive {'DOWN', _, process, _, _} -> wait(K - 1) end.

main([A]) ->
    N = list_to_integer(A),
    T0 = erlang:monotonic_time(nanosecond),
    [spawn_monitor(fun() -> ok end) || _ <- lists:seq(1, N)],
    wait(N),
    Dt = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9,
    io:format("RESULT spawn_exit ~b ~.9f ~.3f~n", [N, Dt, N / Dt]).
