-module(gencall).
-behaviour(gen_server).
-export([main/1, init/1, handle_call/3, handle_cast/2]).

init(_) -> {ok, 0}.
handle_call(inc, _From, S) -> {reply, S + 1, S + 1}.
handle_cast(_, S) -> {noreply, S}.

calls(_, 0) -> ok;
calls(P, K) -> _ = gen_server:call(P, inc), calls(P, K - 1).

main([A]) ->
    N = list_to_integer(A),
    {ok, P} = gen_server:start_link(?MODULE, nil, []),
    T0 = erlang:monotonic_time(nanosecond),
    calls(P, N),
    Dt = (erlang:monotonic_time(nanosecond) - T0) / 1.0e9,
    io:format("RESULT gencall ~b ~.9f ~.3f~n", [N, Dt, N / Dt]).
