## status 0
(def f (ev/spawn (fn [] (error :boom))))
(ev/join-protected f)     # => [false :boom]
