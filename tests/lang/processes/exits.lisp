(def process ((import "std/process")))
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none) (get out 0)))
# The message that a trapping process gets of the end of a linked one.
(defn end-of [f] (run (fn [] (process:trap-exit true) (process:spawn-link f) (process:recv))))
(defn down-of [f] (run (fn [] (process:spawn-monitor f) (process:recv))))

(end-of (fn [] 5)) # => [:EXIT 1 [:normal 5]]
(end-of (fn [] (error :e))) # => [:EXIT 1 [:error :e]]
(end-of (fn [] (process:exit (process:self) :bye))) # => [:EXIT 1 :bye]
(end-of (fn [] (process:exit (process:self) :normal))) # => [:EXIT 1 :normal]
(end-of (fn [] (process:exit (process:self) :kill))) # => [:EXIT 1 :kill]
(down-of (fn [] 5)) # => [:DOWN 0 1 [:normal 5]]
(down-of (fn [] (error :e))) # => [:DOWN 0 1 [:error :e]]
(defn exit-of [reason] (run (fn [] (process:trap-exit true) (let [p (process:spawn-link (fn [] (process:recv-within 2)))] (process:exit p reason) (process:recv-within 1)))))
(exit-of :boom) # => [:EXIT 1 [:killed :boom]]
(exit-of :kill) # => [:EXIT 1 [:killed :kill]]
(exit-of :shutdown) # => [:EXIT 1 [:killed :shutdown]]
(exit-of :normal) # => :timeout
# A chain of links.
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn [] (process:spawn-link (fn [] (process:spawn-link (fn [] (error :deep))) (process:recv))) (process:recv)))
            (process:recv))) # => [:EXIT 1 [:linked 2 [:linked 3 [:error :deep]]]]
(process:exit-reason [:linked 2 [:linked 3 [:error :deep]]]) # => :deep
(process:exit-reason [:killed :boom]) # => :boom
# A normal end does not kill those who do not trap.
(run (fn [] (process:spawn-link (fn [] 5)) (process:recv-within 1))) # => :timeout
# A trapping process gets exit signals as messages, but for :kill.
(run (fn [] (let [me (process:self)]
              (process:spawn (fn [] (process:trap-exit true) (process:send me [:got (process:recv)]) (process:send me [:got (process:recv)]) (process:recv)))
              (process:self)
              (process:exit 1 :a) (process:exit 1 :normal)
              (let [m (process:monitor 1)
                    first (process:recv) second (process:recv)]
                (process:exit 1 :kill)
                [first second (process:recv)])))) # => [[:got [:EXIT 0 :a]] [:got [:EXIT 0 :normal]] [:DOWN 0 1 [:killed :kill]]]
# Monitors: of the dead and of the unknown, many of one, and given up.
(run (fn [] (let [p (process:spawn (fn [] nil))] (process:self) [(process:monitor p) (process:recv) (process:monitor 99) (process:recv)]))) # => [0 [:DOWN 0 1 :noproc] 1 [:DOWN 1 99 :noproc]]
(run (fn [] (let [p (process:spawn (fn [] (process:recv)))] [(process:monitor p) (process:monitor p) (process:send p 1) (process:recv) (process:recv)]))) # => [0 1 :ok [:DOWN 0 1 [:normal 1]] [:DOWN 1 1 [:normal 1]]]
(run (fn [] (let [p (process:spawn (fn [] (process:recv))) r (process:monitor p)] [(process:demonitor r) (process:demonitor 50) (process:send p 1) (process:recv-within 1)]))) # => [:ok :ok :ok :timeout]
(run (fn [] [(process:link 50) (process:link (process:self)) (process:unlink 3) (process:exit 50 :x)])) # => [:ok :ok :ok :ok]
(run (fn [] (process:trap-exit true) (let [p (process:spawn (fn [] (process:recv)))] (process:link p) (process:link p) (process:unlink p) (process:exit p :x) (process:recv-within 1)))) # => :timeout
# Death by a link frees names and triggers monitors.
(run (fn [] (let [q (process:spawn (fn [] (process:register :q) (process:recv)))]
              (process:self)
              (let [m (process:monitor q)]
                (process:spawn (fn [] (process:link q) (error :die)))
                [(process:recv) (process:whereis :q)])))) # => [[:DOWN 0 1 [:linked 2 [:error :die]]] nil]
# The end by an exit runs cleanup, which nothing can stop; nothing catches it.
(def log @[])
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn []
              (defer (push log :outer)
                (try (defer (begin (ev/sleep 0.01) (push log :inner))
                       (forever (protect (process:recv))))
                  (catch e (push log :caught))))))
            (process:self)
            (process:exit 1 :stop)
            [(process:recv) (freeze log)])) # => [[:EXIT 1 [:killed :stop]] [:inner :outer]]
# Even when cleanup fails.
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn [] (forever (try (defer (error :cleanup) (process:recv)) (catch e nil)))))
            (process:self)
            (process:exit 1 :stop)
            (process:recv))) # => [:EXIT 1 [:killed :stop]]
# Cleanup after :kill has a second.
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn [] (defer (ev/sleep 100) (process:recv))))
            (process:self)
            (process:exit 1 :kill)
            (let [start (clock/monotonic)] [(process:recv) (< (- (clock/monotonic) start) 5)]))) # => [[:EXIT 1 [:killed :kill]] true]
# One that computes can be ended.
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn [] (protect (forever (+ 1 1)))))
            (process:self)
            (process:exit 1 :kill)
            (process:recv))) # => [:EXIT 1 [:killed :kill]]
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn [] (forever (protect (defer nil (forever (+ 1 1)))))))
            (process:self)
            (process:exit 1 :now)
            (process:recv))) # => [:EXIT 1 [:killed :now]]
# A child fiber does not catch it either.
(run (fn [] (process:trap-exit true)
            (process:spawn-link (fn [] (let [f (fiber/new (fn [] (process:recv)) |:error|)] (forever (fiber/resume f)))))
            (process:self)
            (process:exit 1 :now)
            (process:recv))) # => [:EXIT 1 [:killed :now]]
# Too many messages end only their receiver.
(let [out @[]] (process:start (fn []
  (let [[p _] (process:spawn-monitor (fn [] (process:recv-match (fn [m] (= m :never)))))]
    (repeat 12 (process:send p :x))
    (push out (process:recv)))) :max-mailbox 10) (get out 0)) # => [:DOWN 0 1 [:limit :mailbox 11]]
# One that holds too much dies, and nobody else; garbage does not count.
(let [out @[]] (process:start (fn []
  (process:spawn-monitor (fn [] (def @all ()) (forever (assign all (pair (->array (range 100)) all)))))
  (push out (process:recv))
  (process:spawn-monitor (fn [] (repeat 5000 (->array (range 100))) :lived))
  (push out (process:recv))) :max-heap 1000000 :log :none) out) # => @[[:DOWN 0 1 [:limit :heap 1000000]] [:DOWN 1 2 [:normal :lived]]]
# What stands in its mailbox counts, what a neighbour holds does not.
(let [out @[]] (process:start (fn []
  (def own (->array (range 5000)))
  (let [[p _] (process:spawn-monitor (fn [] (process:recv-match (fn [m] (->array (range 300)) (= m :never)))))]
    (repeat 100 (process:send p (->array (range 2000))))
    (push out (process:recv))
    (push out (length own)))) :max-heap 400000 :log :none) out) # => @[[:DOWN 0 1 [:limit :heap 400000]] 5000]
(let [out @[]] (process:start (fn []
  (repeat 3 (process:spawn (fn [] (process:recv-within 2))))
  (push out (get (get (protect (process:spawn (fn [] nil))) 1) :error))) :max-processes 4) (get out 0)) # => :too-many-processes
