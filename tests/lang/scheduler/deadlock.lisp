## status 1
## stderr :deadlock
(def @a nil)
(def @b nil)
(assign a (ev/spawn (fn [] (ev/join b))))
(assign b (ev/spawn (fn [] (ev/join a))))
(ev/join a)
