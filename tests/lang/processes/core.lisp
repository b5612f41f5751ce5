(def process ((import "std/process")))
# What process 0 gives.
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none) (get out 0)))

(run (fn [] [(process:self) (process:spawn (fn [] nil)) (process:spawn (fn [] nil)) (integer? (process:self))])) # => [0 1 2 true]
(run (fn [] (let [me (process:self)] (process:spawn (fn [] (process:send me [(process:self) :hi]))) (process:recv)))) # => [1 :hi]
# Any value is a message, and an unknown pid is no error.
(run (fn [] (let [me (process:self)] [(process:send me nil) (process:send me false) (process:recv) (process:recv) (process:send 77 1) (process:send -5 1)]))) # => [:ok :ok nil false :ok :ok]
(run (fn [] (protect (process:send :nobody 1)))) # => [false {:error :type-error :message "process:send: expected pid, got keyword"}]
(process:self) # raises :state-error
(process:send 0 1) # raises :state-error
(process:gen-server-call 0 1) # raises :state-error
(process:recv) # raises :state-error

# Selective receive keeps the order of what it skips, and takes nil and false.
(run (fn [] (let [me (process:self)]
              (each m in [1 :a nil 2 false] (process:send me m))
              [(process:recv-match keyword?) (process:recv-match nil?) (process:recv-match (fn [m] (= m false))) (process:recv) (process:recv)]))) # => [:a nil false 1 2]
(run (fn [] (process:send (process:self) 1) [(protect (process:recv-match (fn [m] (error :no)))) (process:recv)])) # => [[false :no] 1]
# It waits for one that comes later, and a predicate may wait.
(run (fn [] (let [me (process:self)]
              (process:spawn (fn [] (each m in [1 2 3] (process:send me m))))
              [(process:recv-match (fn [m] (ev/sleep 0) (= m 3))) (process:recv) (process:recv)]))) # => [3 1 2]

# Dictionary.
(run (fn [] [(process:put-dict :a 1) (process:put-dict :a 2) (process:get-dict :a) (process:erase-dict :a) (process:erase-dict :a) (process:get-dict :b)])) # => [nil 1 2 2 nil nil]

# Names.
(run (fn [] [(process:register :me) (process:whereis :me) (process:whereis :you) (process:send-named :me 5) (process:recv) (process:send-named :you 5) (process:unregister :me) (process:whereis :me)])) # => [:ok 0 nil :ok 5 :ok :ok nil]
(run (fn [] (process:spawn (fn [] (process:register :x) (process:recv))) (process:self) (let [r (protect (process:register :x))] (process:exit 1 :kill) r))) # => [false {:error :already-registered :message "process:register: :x is the name of process 1" :name :x :pid 1}]
(run (fn [] (let [p (process:spawn (fn [] (process:register :a) (process:register :b) (process:recv)))]
              (process:self)
              [(process:whereis :a) (process:whereis :b) (process:send p 1) (process:self) (process:whereis :a) (process:whereis :b)]))) # => [1 1 :ok 0 nil nil]

# Worlds.
(run (fn [] (run (fn [] (process:spawn (fn [] nil)))))) # => 1
(def world (process:make-scheduler))
(def seen @[])
(process:run world (fn [] (push seen (process:self)) (process:spawn (fn [] (push seen (process:self)))))) # => nil
(process:run world (fn [] (push seen (process:self)))) # => nil
(freeze seen) # => [0 1 2]
(process:process-info world 1) # => {:links @|| :mbox-size 0 :name nil :pid 1 :status :dead :trapping false}
(process:process-info world 9) # => nil
(process:inject world 1 :x) # => :ok
(get (process:start (fn [] (error :x)) :log :none) :backend) # => :lisle
(process:start (fn [] (process:recv))) # raises {:error :deadlock :message "all processes waiting, no messages pending"}
(process:start (fn [] (process:trap-exit true) (process:spawn (fn [] (process:recv))))) # raises :deadlock
(process:start 5) # raises :type-error
(process:start (fn [] nil) :log :zork) # raises :argument-error
(process:start (fn [] nil) :fuel 0) # raises :argument-error
(run (fn [] (process:register :zero)
            (process:trap-exit true)
            (process:spawn-link (fn [] (process:recv)))
            (let [i (process:info (process:self))] (process:exit 1 :shutdown) [(get i :name) (get i :links) (get i :status) (process:list)]))) # => [:zero [1] :alive [0]]
