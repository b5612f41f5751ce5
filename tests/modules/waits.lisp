(ev/sleep 0) (ev/join (ev/spawn (fn [] :waited)))
