## status 1
## stderr nothing can end the waits of 5 fibers
## stderr each waits for the next: the main program → fiber 2 → fiber 3 → the main program
## stderr fiber 2 waits for the end of fiber 3
## stderr fiber 4 waits for somebody to wake its futex at
## stderr fiber 5 waits for the end of the main program
(def main (fiber/self))
(def @b nil)
(def a (ev/spawn (fn [] (ev/join b))))
(assign b (ev/spawn (fn [] (ev/join main))))
(ev/spawn (fn [] (ev/futex-wait :nobody @[0] 0)))
(ev/spawn (fn [] (ev/join main)))
(ev/join a)
